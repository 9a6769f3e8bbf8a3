-- table.lua: tables as aligned text.

local core = require "assay.core"

local table_text = {}

-- A table of more rows than MOST shows only its head and its tail.
local MOST, HEAD, TAIL = 60, 10, 3

-- Text is cut to WIDEST characters, but in the last column, where notes stand, to LONGEST; files have it whole.
local WIDEST, LONGEST = 44, 400

--- Text as it may stand in a line: a line break would tear the table, an escape rule the terminal.
local function printable(text)
  return (text:gsub("%c", " "):gsub("\xC2[\x80-\x9F]", " "))
end

local function pad(text, width, right)
  local space = (" "):rep(width - core.text.width(text))
  return right and space .. text or text .. space
end

--- Lines of cells under a header. `columns` has { name=, right= } for each column; `lines` lists of
--- as many texts.
function table_text.lines(columns, lines)
  local widths, out = {}, {}
  for j, column in ipairs(columns) do
    widths[j] = core.text.width(column.name)
    for _, line in ipairs(lines) do widths[j] = math.max(widths[j], core.text.width(line[j])) end
  end
  local function add(cells)
    local padded = {}
    for j, column in ipairs(columns) do padded[j] = pad(cells[j], widths[j], column.right) end
    out[#out + 1] = (table.concat(padded, "  "):gsub("%s+$", ""))
  end
  local names, rules = {}, {}
  for j, column in ipairs(columns) do
    names[j], rules[j] = column.name, ("-"):rep(j < #columns and widths[j] or math.min(widths[j], WIDEST))
  end
  add(names)
  add(rules)
  for _, line in ipairs(lines) do add(line) end
  return table.concat(out, "\n")
end

--- A value as a table shows it: numbers that are not whole with three decimals, missing as NA; long
--- text is cut to `most` characters.
function table_text.value(value, most)
  most = most or WIDEST
  if value == nil then return "NA" end
  if math.type(value) == "float" then
    if value == math.huge then return "inf" end
    return core.text.fixed(value, 3)
  end
  local text = printable(tostring(value))
  if core.text.width(text) <= most then return text end
  local cut = utf8.offset(text, most - 2)
  return (cut and text:sub(1, cut - 1) or text) .. "..."
end

--- A core frame; `hidden[name]` columns read ***.
function table_text.frame(handle, hidden)
  local names, rows = core.frame.names(handle), core.frame.rows(handle)
  local columns, lines = {}, {}
  for j, name in ipairs(names) do
    local kind = core.frame.type(handle, j)
    columns[j] = { name = printable(name), right = kind == "integer" or kind == "number" }
  end
  local function add(i)
    local line = {}
    for j, name in ipairs(names) do
      line[j] = hidden[name] and "***" or table_text.value(core.frame.cell(handle, j, i), j == #names and LONGEST or nil)
    end
    lines[#lines + 1] = line
  end
  if rows <= MOST then
    for i = 1, rows do add(i) end
    return table_text.lines(columns, lines)
  end
  for i = 1, HEAD do add(i) end
  local dots = {}
  for j in ipairs(names) do dots[j] = "..." end
  lines[#lines + 1] = dots
  for i = rows - TAIL + 1, rows do add(i) end
  return table_text.lines(columns, lines) .. ("\n%d rows"):format(rows)
end

return table_text
