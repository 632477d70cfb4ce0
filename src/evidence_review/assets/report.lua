-- What a report needs beyond pandoc's own writers. Runs once per format, after citeproc.

local typst, docx, html = FORMAT:match 'typst', FORMAT:match 'docx', FORMAT:match 'html'
local counts = { Figure = 0, Table = 0 }

-- 'Table 3. ' before its caption, the same in every format.
local function number(element, kind)
  counts[kind] = counts[kind] + 1
  local long = element.caption.long
  if #long > 0 then
    local label = pandoc.Strong { kind .. '\u{a0}' .. counts[kind] .. '.' }
    long[1].content = pandoc.Inlines { label, pandoc.Space() } .. long[1].content
  end
  element.caption.long = long
end

local function between(before, blocks, after)
  return { pandoc.RawBlock('typst', before) } .. blocks .. { pandoc.RawBlock('typst', after) }
end

-- Each paragraph of the notice in the Word style 'Callout'; a box of the template in the PDF.
local function callout(div)
  if typst then
    return between('#callout[', div.content, ']')
  end
  div.attributes['custom-style'] = docx and 'Callout' or nil
  if html then
    div.attributes.role = 'note'
  end
  return div
end

-- In the PDF the number of a reference hangs in the margin of its entry.
local function entry(div)
  if typst then
    div.content = div.content:walk {
      Span = function(span)
        if span.classes:includes 'csl-left-margin' then
          local number = pandoc.utils.stringify(span):gsub('%s+$', '')
          return { pandoc.RawInline('typst', '#number['), pandoc.Str(number), pandoc.RawInline('typst', ']') }
        elseif span.classes:includes 'csl-right-inline' then
          return span.content
        end
      end,
    }
  end
  return div
end

-- Word takes no SVG; pandoc's typst writer forgets the alternative text.
local function image(element)
  element.src = element.src .. (docx and '.png' or '.svg')
  if typst then
    local alt = pandoc.utils.stringify(element.caption):gsub('[\\"]', '\\%0')
    return pandoc.RawInline('typst', ('#image("%s", alt: "%s")'):format(element.src, alt))
  end
  return element
end

-- Header cells get their scope, and the table a box of its own to scroll in, reachable by keyboard.
local function boxed(element)
  number(element, 'Table')
  if not html then
    return element
  end
  for _, row in ipairs(element.head.rows) do
    for _, cell in ipairs(row.cells) do
      cell.attributes.scope = 'col'
    end
  end
  local id = 'table-' .. counts.Table
  local caption = pandoc.Div(element.caption.long, { id = id, class = 'caption' })
  element.caption.long = {}
  element.attributes['aria-labelledby'] = id
  local box = pandoc.Div({ element }, {
    class = 'box', role = 'region', tabindex = '0', ['aria-labelledby'] = id,
  })
  return { caption, box }
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
    Image = image,
    Figure = function(element)
      number(element, 'Figure')
      return element
    end,
    Table = boxed,
    Div = function(div)
      if div.classes:includes 'callout' then
        return callout(div)
      elseif div.classes:includes 'csl-entry' then
        return entry(div)
      end
    end,
  },
}
