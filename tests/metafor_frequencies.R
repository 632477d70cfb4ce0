# Rscript tests/metafor_frequencies.R FILE MEASURE COHORT
# Pools the surveys of one kind in frequencies_metafor.csv; prints five proportions, a line each.
suppressMessages(library(metafor))
given <- commandArgs(trailingOnly = TRUE)
rows <- read.csv(given[1])
stopifnot(is.numeric(rows$xi), is.numeric(rows$ni), is.logical(rows$rebuilt),
          !anyDuplicated(rows$slab))
rows <- escalc("PLO", xi = xi, ni = ni, slab = slab, add = 1/2, to = "only0",
               data = rows[rows$measure == given[2] & rows$cohort == given[3], ])
fit <- rma(yi, vi, data = rows, method = "REML", test = "knha",
           control = list(threshold = 1e-12, maxiter = 1000))
p <- predict(fit, transf = transf.ilogit)
cat(format(c(p$pred, p$ci.lb, p$ci.ub, p$pi.lb, p$pi.ub), digits = 12), sep = "\n")
