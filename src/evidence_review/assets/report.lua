-- What a report needs beyond pandoc's own writers. Runs once per format, after citeproc.

local typst, docx, html = FORMAT:match 'typst', FORMAT:match 'docx', FORMAT:match 'html'
local counts = { Figure = 0, Table = 0 }

-- 'Table 3. ' before its caption, the same in every format.
local function number(element, kind)
  counts[kind] = counts[kind] + 1
  local label, long = kind .. '\u{a0}' .. counts[kind], element.caption.long
  if #long > 0 then
    long[1].content = { pandoc.Strong(label .. '.'), pandoc.Space() } .. long[1].content
  end
  element.caption.long = long
  return label
end

-- A callout: a style in Word, a function of the template in the PDF.
local function callout(div)
  if typst then
    return { pandoc.RawBlock('typst', '#callout[') }
      .. div.content
      .. { pandoc.RawBlock('typst', ']') }
  elseif docx then
    div.attributes['custom-style'] = 'Callout'
  else
    div.attributes.role = 'note'
  end
  return div
end

-- Where the page's links to rows, cells and saved tables lead.
local LONGEST_LINK = 60 -- letters; a longer text would be a thicket of underlines
local browser = '../browser/index.html'
local function to_rows(text, key)
  return pandoc.Link(text, browser .. '#row=' .. key, '', { class = 'behind' })
end
local function to_number(text, number, class)
  return pandoc.Link(text, browser .. '#behind=' .. number, '', { id = number, class = class })
end
local marks = {
  fact = function(span)
    local number = span.attributes.number
    if utf8.len(pandoc.utils.stringify(span)) <= LONGEST_LINK then
      return to_number(span.content, number, 'fact')
    end
    return span.content .. { pandoc.Space(), to_number('origin', number, 'behind') }
  end,
  line = function(span)
    return to_number('rows', span.attributes.number, 'behind')
  end,
  behind = function(span)
    local link = to_number('Rows and cell', span.attributes.number, 'behind')
    return { pandoc.Space(), pandoc.Str('·'), pandoc.Space(), link }
  end,
  notebook = function(span)
    return pandoc.Link(span.content, '../notebooks/' .. span.attributes.name .. '.html')
  end,
  data = function(span)
    return pandoc.Link(span.content, '../tables/' .. span.attributes.name .. '.csv')
  end,
}

-- A mark is a link on the page; a document that is sent around alone shows its text.
local function marked(span)
  local lead = marks[span.classes[1]]
  if lead then
    return html and lead(span) or span.content
  end
end

-- Nor do other links to files beside the page leave it.
local function linked(link)
  if not html and not link.target:match '^#' and not link.target:match '^%a+:' then
    return link.content
  end
end

-- In the PDF the number of a reference hangs in the margin of its entry; on the page its rows follow.
local function entry(div)
  if html then
    local key = div.identifier:gsub('^ref%-', '')
    div.content = div.content:walk {
      Span = function(span)
        if span.classes:includes 'csl-right-inline' then
          span.content:extend { pandoc.Space(), to_rows('rows', key) }
          return span
        end
      end,
    }
  elseif typst then
    div.content = div.content:walk {
      Span = function(span)
        if span.classes:includes 'csl-left-margin' then
          local text = pandoc.utils.stringify(span):gsub('%s+$', '')
          return {
            pandoc.RawInline('typst', '#number['), pandoc.Str(text), pandoc.RawInline('typst', ']'),
          }
        elseif span.classes:includes 'csl-right-inline' then
          return span.content
        end
      end,
    }
  end
  return div
end

-- A chart is part of its page; one far below is drawn when it comes in sight, and its size keeps
-- its place until then.
local function draw_late(element)
  local _, drawing = pandoc.mediabag.fetch(element.src)
  element.src = pandoc.mediabag.make_data_uri('image/svg+xml', drawing)
  local width, height = drawing:match '<svg[^>]-width="([%d.]+)pt" height="([%d.]+)pt"'
  if width then
    element.attributes.width = ('%.0f'):format(width)
    element.attributes.height = ('%.0f'):format(height)
  end
  element.attributes.loading = 'lazy'
end

-- Word takes no SVG; pandoc's typst writer forgets the alternative text.
local function image(element)
  element.src = element.src .. (docx and '.png' or '.svg')
  element.attributes.width = docx and '100%' or nil
  if typst then
    local alt = pandoc.utils.stringify(element.caption):gsub('[\\"]', '\\%0')
    return pandoc.RawInline('typst', ('#image("%s", alt: "%s", width: 100%%)'):format(element.src, alt))
  end
  if html then
    draw_late(element)
  end
  return element
end

-- What is wide scrolls in a box of its own, which the keyboard reaches.
local function box(content, label)
  local attributes = { { 'role', 'region' }, { 'tabindex', '0' }, { 'aria-label', label } }
  return pandoc.Div(content, pandoc.Attr('', { 'box' }, attributes))
end

local function figure(element)
  local label = number(element, 'Figure')
  if html then
    element.content = { box(element.content, label) }
  end
  return element
end

-- On a telephone a row is shown as a card: each cell names its column, and the roles keep for
-- assistive technology the table that 'display: block' takes away.
local function tabulated(element)
  local label, long = number(element, 'Table'), element.caption.long
  if typst then
    return element
  elseif docx then
    element = element:walk {
      Plain = function(cell)
        local style = pandoc.Attr('', {}, { { 'custom-style', 'Table Text' } })
        return pandoc.Div(pandoc.Para(cell.content), style)
      end,
    }
    element.caption.long = long
    return element
  end
  local names = {}
  for n, cell in ipairs(element.head.rows[1].cells) do
    names[n] = pandoc.utils.stringify(cell.contents)
    cell.attributes.scope = 'col'
    cell.attributes.role = 'columnheader'
  end
  element.head.rows[1].attributes.role = 'row'
  element.head.attributes.role = 'rowgroup'
  for _, body in ipairs(element.bodies) do
    body.attributes.role = 'rowgroup'
    for _, row in ipairs(body.body) do
      row.attributes.role = 'row'
      for n, cell in ipairs(row.cells) do
        cell.attributes.role = 'cell'
        cell.attributes['data-label'] = names[n]
      end
    end
  end
  local id = 'table-' .. counts.Table
  element.caption.long = {}
  element.attributes.role = 'table'
  element.attributes['aria-labelledby'] = id
  return { pandoc.Div(long, pandoc.Attr(id, { 'caption' })), box(element, label) }
end

return {
  {
    Header = function(header)
      if header.level == 1 then
        error('the title is the heading of level one: sections begin with ##', 0)
      end
      header.level = docx and header.level - 1 or header.level
      return header
    end,
    Span = marked,
    Link = linked,
    Image = image,
    Figure = figure,
    Table = tabulated,
    Div = function(div)
      if div.classes:includes 'callout' then
        return callout(div)
      elseif div.classes:includes 'csl-entry' then
        return entry(div)
      end
    end,
  },
}
