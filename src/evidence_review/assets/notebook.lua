-- A stored notebook as a page: its cells by number, of each output the form made for reading.
-- Whatever an output holds is read again without raw HTML, so that text from data stays text.

-- Without its attributes an element can neither act nor stand in for another.
local function bare(element)
  element.attr = pandoc.Attr()
  return element
end

local function bare_rows(rows)
  for _, row in ipairs(rows) do
    bare(row)
    for _, cell in ipairs(row.cells) do
      bare(cell)
    end
  end
end

local function read(text, format)
  return pandoc.read(text, format).blocks:walk {
    Header = function(header)
      return pandoc.Para { pandoc.Strong(header.content) }
    end,
    Image = function(image)
      return image.caption
    end,
    Link = function(link)
      local leads = link.target:match '^https?://' or link.target:match '^#'
      return leads and bare(link) or link.content
    end,
    Table = function(table)
      bare(table.head)
      bare_rows(table.head.rows)
      for _, body in ipairs(table.bodies) do
        bare(body)
        bare_rows(body.head)
        bare_rows(body.body)
      end
      return bare(table)
    end,
    Span = bare,
    Div = bare,
    Code = bare,
    CodeBlock = bare,
    Figure = bare,
  }
end

-- A bold line above a table is its caption.
local function caption_tables(blocks)
  local kept = pandoc.Blocks {}
  for _, block in ipairs(blocks) do
    local last = kept[#kept]
    if block.t == 'Table' and last and last.t == 'Para' and last.content[1].t == 'Strong' then
      block.caption.long = { pandoc.Plain(kept:remove().content[1].content) }
    end
    kept:insert(block)
  end
  return kept
end

-- A drawing, with what its label says as the text for those who can't see it.
local function draw(image)
  local _, drawing = pandoc.mediabag.lookup(image.src)
  local label = drawing:match '<svg [^>]-aria%-label="([^"]*)"' or ''
  local alt = pandoc.utils.blocks_to_inlines(pandoc.read(label, 'html').blocks)
  local source = image.src:gsub('%.svg$', '')
  return pandoc.Figure({ pandoc.Plain { pandoc.Image(alt, source) } })
end

local function choose(output, markdown)
  for _, block in ipairs(output.content) do
    if block.t == 'RawBlock' then
      local format = block.format == 'html' and 'html' or markdown
      return caption_tables(read(block.text, format))
    elseif block.t == 'Para' and block.content[1].t == 'Image' then
      return { draw(block.content[1]) }
    end
  end
  return output.content
end

-- A link between notebooks leads to their pages, one to the repository out of the results.
local function lead(link)
  local target = link.target
  if target:match '^#' then
    link.target = target:lower()
  elseif target:match '^%.%./' then
    link.target = '../' .. target
  else
    link.target = target:gsub('^([%w_%-]+)%.ipynb', '%1.html')
  end
  return link
end

function Pandoc(document)
  local markdown = pandoc.utils.stringify(document.meta.markdown)
  local title
  local blocks = document.blocks:walk {
    traverse = 'topdown',
    Div = function(div)
      if div.classes:includes 'output' then
        div.content = choose(div, markdown)
        return div, false
      elseif div.classes:includes 'code' then
        local number = div.attributes.execution_count
        div.identifier = number and 'cell-' .. number or ''
      else
        div.identifier = ''
      end
      return div
    end,
    Link = lead,
    Header = function(header)
      if header.level == 1 then
        title = title or header.content
        return {}
      end
    end,
  }
  document.meta = { title = pandoc.MetaInlines(title or {}), lang = 'en-GB' }
  document.blocks = blocks
  return document
end
