# Gives the numbers of R in test_synthesis.py: Rscript tests/metafor.R
# Needs Debian's r-base-core, r-cran-metafor, r-cran-metadat and r-cran-lme4 (not needed to test).
suppressMessages({library(metafor); library(lme4)})
for (p in c("metafor", "metadat", "lme4")) cat(p, format(packageVersion(p)), "\n")
cat(R.version.string, "\n")

surveys <- data.frame(xi = c(438, 119, 1344, 2556, 199, 75, 192, 48, 582),
                      ni = c(2530, 500, 4000, 5000, 505, 1000, 313, 594, 2221))
corner <- data.frame(xi = c(0, 3, 12, 9), ni = c(40, 25, 80, 9)) # none and all affected
same <- data.frame(xi = c(10, 12, 30), ni = c(100, 110, 310)) # tau2 = 0
tops <- data.frame(xi = c(20, 83, 958), ni = c(25, 244, 2648)) # a likelihood with two tops
sets <- list(pritz = dat.pritz1997[c("xi", "ni")], surveys = surveys, corner = corner,
             pair = surveys[1:2, ], same = same, tops = tops)

show <- function(name, numbers) {
  cat(sprintf("  %s: %s\n", name, paste(format(numbers, digits = 9, trim = TRUE), collapse = ", ")))
}
limits <- function(fit) {
  p <- predict(fit, transf = transf.ilogit)
  c(p$pred, p$ci.lb, p$ci.ub, p$pi.lb, p$pi.ub)
}

for (name in names(sets)) {
  cat(name, "\n")
  rows <- escalc("PLO", xi = xi, ni = ni, data = sets[[name]], add = 1/2, to = "only0")
  # Its own stopping rule, 1e-5, would leave the fifth figure open.
  reml <- rma(yi, vi, data = rows, method = "REML", test = "knha",
              control = list(threshold = 1e-12, maxiter = 1000))
  show("reml: estimate, low, high, prediction low, high", limits(reml))
  show("reml: se, df, tau2, I2, H2, Q, p",
       c(reml$se, reml$ddf, reml$tau2, reml$I2, reml$H2, reml$QE, reml$QEp))
  show("reml: tau2 from, to", confint(reml, control = list(tau2.max = 1e5, tol = 1e-12))$random[1, 2:3])

  glmm <- rma.glmm(measure = "PLO", xi = xi, ni = ni, data = sets[[name]], nAGQ = 7, test = "t")
  show("glmm: estimate, low, high, prediction low, high", limits(glmm))
  show("glmm: se, df, tau2, I2, H2, Q, p",
       c(glmm$se, glmm$ddf, glmm$tau2, glmm$I2, glmm$H2, glmm$QE.LRT, glmm$QEp.LRT))
  rows$id <- seq_len(nrow(rows))
  fine <- glmer(cbind(xi, ni - xi) ~ 1 + (1 | id), data = rows, family = binomial, nAGQ = 25)
  show("glmer, 25 points: logit, se, tau2",
       c(fixef(fine), sqrt(vcov(fine)[1, 1]), VarCorr(fine)$id))
}

steep <- data.frame(xi = c(0, 0, 0, 1), ni = c(3000, 3000, 3000, 2), id = 1:4)
far <- glmer(cbind(xi, ni - xi) ~ 1 + (1 | id), data = steep, family = binomial, nAGQ = 25)
cat("steep\n")
show("glmer, 25 points: logit, tau2", c(fixef(far), VarCorr(far)$id))

cat("surveys without each\n")
without <- leave1out(rma(measure = "PLO", xi = xi, ni = ni, data = surveys, test = "knha",
                         control = list(threshold = 1e-12, maxiter = 1000)),
                     transf = transf.ilogit)
show("estimate", without$estimate)
show("low", without$ci.lb)
show("high", without$ci.ub)
show("tau2", without$tau2)
