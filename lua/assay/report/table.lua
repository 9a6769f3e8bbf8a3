-- table.lua: tables as aligned text.

local core = require "assay.core"

local table_text = {}

-- A list of cases of more than MOST_CASES rows shows only its head and its tail, and so does a result of
-- more than MOST_LINES: the row of dots stands for two rows at least.
local HEAD, TAIL = 10, 3
local MOST_CASES, MOST_LINES = HEAD + TAIL + 1, 200

-- Text takes at most WIDEST columns. In the last column of a result, where notes stand, it goes on below,
-- up to LONGEST; files have it whole.
local WIDEST, NOTE, LONGEST = 44, 60, 400

local unicode = { bar = "│", rule = "─", more = "…",
  top = { "┌", "┬", "┐" }, middle = { "├", "┼", "┤" }, bottom = { "└", "┴", "┘" } }
local ascii = { bar = "|", rule = "-", more = "...",
  top = { "+", "+", "+" }, middle = { "+", "+", "+" }, bottom = { "+", "+", "+" } }

--- How wide a table may be, and what it is drawn with. Only a terminal sets bounds: what goes to a file or
--- to another program is the same everywhere.
local function destination()
  local columns, is_utf8 = core.terminal.size()
  return columns or math.huge, (columns == nil or is_utf8) and unicode or ascii
end

-- ---- cells -----------------------------------------------------------------------------------

local letters = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function escape(byte) return letters[byte] or ("\\x%02X"):format(byte:byte()) end

local function escape_code(character) return ("\\u{%X}"):format(utf8.codepoint(character)) end

--- Text as it may stand in a line: a line break would tear the table, an escape rule the terminal, a mark
--- of direction turn what stands beside it.
function table_text.printable(text)
  if not text:find "[%c\x80-\xFF]" then return text end
  text = text:gsub("%c", escape)
  if not utf8.len(text) then return (text:gsub("[\x80-\xFF]", escape)) end
  return (text:gsub("\xC2[\x80-\x9F]", escape_code):gsub("\xD8\x9C", escape_code)
    :gsub("\xE2\x80[\x8E\x8F\xA8-\xAE]", escape_code):gsub("\xE2\x81[\xA6-\xA9]", escape_code))
end

--- Text cut to `most` columns, with dots for the rest.
local function cut(text, most, more)
  if core.text.width(text) <= most then return text end
  return core.text.fit(text, most - core.text.width(more)) .. more
end

--- A number with so many decimals. One that is not nothing is never shown as nothing: what would come out
--- as 0.000 has two digits and a power of ten, 3.2e-05.
function table_text.fixed(value, decimals)
  local text = core.text.fixed(value, decimals)
  if value == 0 or text:find "[1-9]" then return text end
  return (("%.1e"):format(value):gsub("^(%-?%d).-(%de)", "%1.%2")) -- whatever the locale's decimal sign is
end

--- A number with six digits at the most.
function table_text.short(value)
  if value == math.huge or value ~= value then return tostring(value) end
  return core.text.number(tonumber(("%.6g"):format(value))) -- read again with the sign that it was written with
end

local function value_text(value, most, more)
  if value == nil then return "NA" end
  if math.type(value) == "float" then
    if value == math.huge then return "inf" end
    if math.abs(value) >= 1e15 then return core.text.number(value) end
    return table_text.fixed(value, 3)
  end
  return cut(table_text.printable(tostring(value)), most, more)
end

--- A value as a table shows it: numbers that are not integers with three decimals, missing as NA; long
--- text is cut.
function table_text.value(value)
  local _, box = destination()
  return value_text(value, WIDEST, box.more)
end

--- Text over lines of at most `most` columns, broken between words where it can be.
function table_text.wrap(text, most)
  local lines, line = {}, ""
  for word in text:gmatch "%S+" do
    if line ~= "" and core.text.width(line) + 1 + core.text.width(word) > most then
      lines[#lines + 1], line = line, ""
    end
    line = line == "" and word or line .. " " .. word
    while core.text.width(line) > most do
      local part = core.text.fit(line, most)
      lines[#lines + 1], line = part, line:sub(#part + 1)
    end
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n")
end

-- ---- lines -----------------------------------------------------------------------------------

local function split(cell)
  local parts = {}
  for part in (cell .. "\n"):gmatch "(.-)\n" do parts[#parts + 1] = part end
  return parts
end

local function width_of(cell)
  local width = 0
  for _, part in ipairs(split(cell)) do width = math.max(width, core.text.width(part)) end
  return width
end

local function pad(text, width, right)
  local space = (" "):rep(width - core.text.width(text))
  return right and space .. text or text .. space
end

--- The widths of columns: that of their widest cell.
local function measure(columns, lines)
  local widths = {}
  for j, column in ipairs(columns) do
    widths[j] = math.max(core.text.width(column.name), core.text.width(column.type or ""))
    for _, line in ipairs(lines) do widths[j] = math.max(widths[j], width_of(line[j])) end
  end
  return widths
end

--- A row of cells; those that have several lines make it as high as they are.
local function add_row(out, cells, columns, widths, bar)
  local parts, height = {}, 1
  for j in ipairs(columns) do
    parts[j] = split(cells[j])
    height = math.max(height, #parts[j])
  end
  for i = 1, height do
    local padded = {}
    for j, column in ipairs(columns) do padded[j] = pad(parts[j][i] or "", widths[j], column.right) end
    out[#out + 1] = ("%s %s %s"):format(bar, table.concat(padded, " " .. bar .. " "), bar)
  end
end

--- A table in a box: names, types where the columns have them, and a row for each line.
local function boxed(columns, lines, widths, box)
  local out, rules, names, types = {}, {}, {}, {}
  for j, column in ipairs(columns) do
    rules[j], names[j], types[j] = box.rule:rep(widths[j] + 2), column.name, column.type
  end
  local function add_rule(ends) out[#out + 1] = ends[1] .. table.concat(rules, ends[2]) .. ends[3] end
  add_rule(box.top)
  add_row(out, names, columns, widths, box.bar)
  if #types > 0 then add_row(out, types, columns, widths, box.bar) end
  add_rule(box.middle)
  for _, line in ipairs(lines) do add_row(out, line, columns, widths, box.bar) end
  add_rule(box.bottom)
  return table.concat(out, "\n")
end

--- Lines of cells under a header. `columns` has { name=, right= } for each column; `lines` lists of
--- as many texts.
function table_text.lines(columns, lines)
  local _, box = destination()
  return boxed(columns, lines, measure(columns, lines), box)
end

-- ---- frames ----------------------------------------------------------------------------------

--- The numbers of the rows that are shown; false stands for those between.
local function shown_rows(total, most)
  local list = {}
  for i = 1, total <= most and total or HEAD do list[i] = i end
  if total <= most then return list end
  list[#list + 1] = false
  for i = total - TAIL + 1, total do list[#list + 1] = i end
  return list
end

--- The columns of a frame as `lines` takes them. A list of cases tells their types; what a result's columns
--- are goes without saying.
local function columns_of(handle, is_list)
  local columns = {}
  for j, name in ipairs(core.frame.names(handle)) do
    local kind = core.frame.type(handle, j)
    columns[j] = { name = cut(table_text.printable(name), WIDEST, "..."), right = kind == "integer" or kind == "number",
      kind = kind, type = is_list and kind or nil }
  end
  return columns
end

--- The cells of the rows shown; `hidden[name]` columns read ***.
local function cells_of(handle, rows, hidden, is_list, box)
  local names, lines = core.frame.names(handle), {}
  local function cell(j, i)
    if not i then return box.more end
    if hidden[names[j]] then return "***" end
    local value = core.frame.cell(handle, j, i)
    if j < #names or is_list or type(value) ~= "string" then return value_text(value, WIDEST, box.more) end
    return table_text.wrap(value_text(value, LONGEST, box.more), NOTE)
  end
  for k, i in ipairs(rows) do
    lines[k] = {}
    for j in ipairs(names) do lines[k][j] = cell(j, i) end
  end
  return lines
end

--- How many columns, from the first on, the width given has room for; one is shown in any case.
local function count_fitting(widths, most)
  local used, n = 1, 0
  for _, width in ipairs(widths) do
    used = used + width + 3
    if used > most then break end
    n = n + 1
  end
  return math.max(n, math.min(1, #widths))
end

--- Names and types of the columns from the i-th on.
local function list_columns(columns, i, most)
  local names = {}
  for j = i, #columns do names[#names + 1] = ("%s (%s)"):format(columns[j].name, columns[j].kind) end
  return table_text.wrap("not shown: " .. table.concat(names, ", "), most)
end

local function count_of(n, what) return ("%d %s%s"):format(n, what, n == 1 and "" or "s") end

--- A core frame; `hidden[name]` columns read ***. A list of cases shows its types, head, tail and size; a
--- result is shown whole.
function table_text.frame(handle, hidden, is_list)
  local most, box = destination()
  local total, columns = core.frame.rows(handle), columns_of(handle, is_list)
  local rows = shown_rows(total, is_list and MOST_CASES or MOST_LINES)
  local lines = cells_of(handle, rows, hidden, is_list, box)
  local widths, out = measure(columns, lines), {}
  local n = count_fitting(widths, most)
  if n > 0 then out[1] = boxed(table.move(columns, 1, n, 1, {}), lines, widths, box) end
  if n < #columns then out[#out + 1] = list_columns(columns, n + 1, most) end
  if is_list or total == 0 or #rows < total then
    out[#out + 1] = ("%s x %s"):format(count_of(total, "row"), count_of(#columns, "column"))
  end
  return table.concat(out, "\n")
end

return table_text
