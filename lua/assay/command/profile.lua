-- profile.lua: what is in a list, column by column.

local core = require "assay.core"
local check = require "assay.check"
local table_text = require "assay.report.table"
local reading = require "assay.command.reading"
local words = require "assay.command.words"

local profile = {
  usage = "profile FILE [--by COLUMN]... [--json]",
  purpose = "says what is in a list: types, missing values, levels, ranges",
  details = [[
Every column with its type, how many values are missing and how many differ; the levels of a
category with cases and shares, the most frequent ones where there are many; quartiles of numbers;
first and last date. A column in which every row has a value of its own is called an id.

With --by the categories are tabled within each group. Limits stand beside the shares only if
--confidence is given: the list is then a sample, of --population cases if that is given.

For example
  assay profile caseload.csv --by gender
  assay profile sample.csv --columns gender --confidence 80% --population 254

Exit codes: 0 done, 2 wrong usage, 3 the file is missing or is no such list.]],
}

local TOP = 10
local MOST = 65535 -- different values that core holds of a column
local ROWS_ALONE = 1000000 -- of a list whose columns may be held one by one
local FEWEST_IDS = 20 -- in a shorter list ages differ too, and nothing is called an id

function profile.declare(parser)
  parser:argument("FILE", "The list."):target("file"):argname "FILE"
  parser:option("--by", "A column whose levels make groups; may stand several times."):argname("COLUMN"):count "*"
  parser:option("--columns", "Only this column; may stand several times."):argname("COLUMN"):count "*"
  parser:option("--confidence", "Limits of this confidence, such as 80%."):argname "SHARE"
  parser:option("--population", "Cases that the list is a sample of; with --by GROUP=N for each group.")
    :argname("N"):count "*"
  parser:option("--top", ("Levels shown of a category: %d if not given."):format(TOP)):argname "N"
  reading.declare(parser)
  parser:flag("--json", "Print the answer as JSON.")
end

-- ---- what was asked ----------------------------------------------------------------------------

--- The numbers of --population: one, or by group.
local function population(list, by)
  if not words.some(list) then return nil end
  if #list == 1 and not by then return words.count("--population", list[1]) end
  local groups = {}
  for _, text in ipairs(list) do
    local label, n = text:match "^(.*)=(%d+)$"
    if not label then
      check.fail(("with --by, --population is GROUP=N, not '%s'"):format(core.text.quote(text)), "population")
    end
    groups[label] = words.count("--population", n)
  end
  return groups
end

--- The columns to be read: what was asked for and what it is grouped by.
local function wanted(asked)
  if not words.some(asked.columns) then return nil end
  local list, seen = {}, {}
  for _, names in ipairs { asked.by or {}, asked.columns } do
    for _, name in ipairs(names) do
      if not seen[name] then list[#list + 1] = name end
      seen[name] = true
    end
  end
  return list
end

-- ---- one column --------------------------------------------------------------------------------

local function day(days) return days and require "assay".date("1970-01-01", { days = math.tointeger(days) }) end

--- Levels in the order of their cases, those alike in the order of the table.
local function most_frequent(rows)
  local places = {}
  for i, row in ipairs(rows) do places[row] = i end
  table.sort(rows, function(a, b)
    if a.cases ~= b.cases then return a.cases > b.cases end
    return places[a] < places[b]
  end)
  return rows
end

--- The first `top` levels, the most frequent where there are more; the others in one count.
local function levels_of(rows, top)
  local known, list, others = 0, {}, nil
  for _, row in ipairs(rows) do known = known + row.cases end
  if #rows > top then
    most_frequent(rows)
    others = { levels = #rows - top, cases = 0 }
  end
  for i, row in ipairs(rows) do
    if i <= top then
      list[i] = { level = row.level, cases = row.cases, share = words.digits(row.share),
        lower = words.digits(rawget(row, "lower")), upper = words.digits(rawget(row, "upper")) }
    else
      others.cases = others.cases + row.cases
    end
  end
  if others then others.share = words.digits(others.cases / known) end
  return list, others
end

local numbers = { "mean", "sd", "min", "q1", "median", "q3", "max" }

--- What a column holds besides its levels; `from` has the numbers.
local function summarise(about, from)
  if about.type == "date" then
    about.from, about.to = day(from.min), day(from.max)
  else
    about.summary = {}
    for _, field in ipairs(numbers) do about.summary[field] = words.digits(from[field]) end
  end
end

--- Everything about one column, as the answer in JSON has it: from its row of the description.
local function column_of(row, private)
  local about = { name = row.column, type = row.type, missing = row.missing, distinct = row.distinct,
    unique = row.distinct and row.rows > 1 and row.distinct == row.rows, private = private }
  if row.more then about.more_than = MOST end
  if not private and row.mean then summarise(about, row) end
  return about
end

--- A column of too many different values to be held with all others is read by itself, if the list is not so
--- long that even one column is much.
local function read_alone(path, options, about)
  local alone = setmetatable({ columns = { about.name } }, { __index = options })
  local given = {}
  for _, name in ipairs(check.keys(check.option_classes.ReadOptions)) do given[name] = alone[name] end
  given.id = options.id == about.name and options.id or nil
  given.private = about.private and { about.name } or nil
  local frame = require "assay".read(path, given)
  about.distinct, about.more_than = core.profile.distinct(frame._core, 1), nil
  about.unique = about.distinct == #frame
  if not about.private and about.summary then summarise(about, frame:summary(about.name)) end
end

--- The columns of a list that streams past, with the levels of categories.
local function describe_list(list, path, options, top)
  local described, levels = require "assay.source".describe(list)
  local columns, by_name = {}, {}
  for row in described:rows() do
    local about = column_of(row, list.private[row.column] and true or nil)
    columns[#columns + 1], by_name[row.column] = about, {}
    if about.more_than and row.rows <= ROWS_ALONE then read_alone(path, options, about) end
  end
  for row in levels:rows() do
    local rows = by_name[row.column]
    rows[#rows + 1] = { level = row.level, cases = row.cases }
  end
  for _, about in ipairs(columns) do
    if about.type == "category" and not about.private then
      local known = list.source.rows - about.missing
      for _, row in ipairs(by_name[about.name]) do row.share = row.cases / known end
      about.levels, about.other_levels = levels_of(by_name[about.name], top)
    end
  end
  return columns
end

--- Limits beside the levels: the list is then a sample, and held in memory.
local function add_limits(frame, columns, options)
  for _, about in ipairs(columns) do
    if about.levels then
      local rows = {}
      for row in frame:profile { columns = about.name, confidence = options.confidence,
        population = options.population }:rows() do
        if row.level ~= nil then rows[#rows + 1] = row end
      end
      about.levels, about.other_levels = levels_of(rows, options.top)
    end
  end
end

-- ---- the answer as text --------------------------------------------------------------------------

local function count_of(n, what) return ("%d %s%s"):format(n, what, n == 1 and "" or "s") end

local function number(x)
  return math.type(x) == "float" and x % 1 ~= 0 and table_text.fixed(x, 2) or core.text.number(x)
end

--- What is said of text and categories whose values all differ, and of whole numbers that may name cases.
local function all_differ(about, rows)
  if not about.unique or about.type == "date" or about.type == "number" then return nil end
  if rows >= FEWEST_IDS then return "an id: every row has a value of its own" end
  return not about.summary and "every row has a value of its own" or nil
end

--- What a column of a list of so many rows holds, in words.
local function holds(about, rows)
  local s, differ = about.summary, all_differ(about, rows)
  if about.distinct == 0 then return "nothing" end
  if about.private then return "***" end
  if s and not s.median then return ("%s to %s, mean %s"):format(number(s.min), number(s.max), table_text.fixed(s.mean, 2)) end
  if differ then return differ end
  if s then
    return ("%s to %s, quartiles %s %s %s, mean %s"):format(number(s.min), number(s.max), number(s.q1), number(s.median),
      number(s.q3), table_text.fixed(s.mean, 2))
  end
  if about.from then return ("%s to %s"):format(about.from, about.to) end
  return about.levels and count_of(about.distinct, "level") or "text"
end

local function print_columns(columns, rows)
  local lines = {}
  for i, about in ipairs(columns) do
    lines[i] = { table_text.value(about.name), about.type, tostring(about.missing),
      about.distinct and tostring(about.distinct) or ("over %d"):format(about.more_than), holds(about, rows) }
  end
  print(table_text.lines({ { name = "column" }, { name = "type" }, { name = "missing", right = true },
    { name = "distinct", right = true }, { name = "holds" } }, lines))
end

local function cells(row, names)
  local line = {}
  for i, name in ipairs(names) do line[i] = table_text.value(row[name]) end
  return line
end

--- The levels of all categories in one table.
local function print_levels(columns, with_limits)
  local lines, names = {}, { "variable", "level", "cases", "share" }
  if with_limits then names[5], names[6] = "lower", "upper" end
  for _, about in ipairs(columns) do
    for _, level in ipairs(about.levels or {}) do
      level.variable = about.name
      lines[#lines + 1] = cells(level, names)
      level.variable = nil
    end
    local others = about.other_levels
    if others then
      lines[#lines + 1] = cells({ variable = about.name, level = ("(%s)"):format(count_of(others.levels, "other level")),
        cases = others.cases, share = others.share, lower = "", upper = "" }, names)
    end
  end
  if #lines == 0 then return end
  local shown = {}
  for i, name in ipairs(names) do shown[i] = { name = name, right = i > 2 } end
  print("\n" .. table_text.lines(shown, lines))
end

--- A frame with all of its rows.
local function print_frame(title, frame)
  local shown, lines = {}, {}
  for i, name in ipairs(frame.columns) do
    local kind = core.frame.type(frame._core, i)
    shown[i] = { name = table_text.value(name), right = kind == "integer" or kind == "number" }
  end
  for row = 1, #frame do
    local line = {}
    for i, name in ipairs(frame.columns) do
      line[i] = frame.private[name] and "***" or table_text.value(core.frame.cell(frame._core, i, row))
    end
    lines[row] = line
  end
  print("\n" .. title)
  print(table_text.lines(shown, lines))
end

--- A cross table, or nil where levels are too many for columns or named like one that is there: the groups are
--- listed one below the other then.
local function cross(frame, by, values)
  local rows = { table.unpack(by, 1, #by - 1) }
  rows[#rows + 1], rows[#rows + 2] = "variable", "level"
  local made, err = require "assay".try(frame.pivot, frame, { rows = rows, columns = by[#by], values = values })
  if err and err.code ~= "EREPEATED" and err.code ~= "EDOM" then error(err, 0) end
  return made
end

--- Cases and shares with the levels of the last group as columns; with limits, or where a level is named like
--- a column, one row for each level of each group.
local function print_groups(groups, by, with_limits)
  local names = table.concat(by, " and ")
  local cases, shares = nil, nil
  if not with_limits then cases, shares = cross(groups, by, "cases"), cross(groups, by, "share") end
  if not cases then return print_frame("By " .. names, groups) end
  print_frame("Cases by " .. names, cases)
  print_frame("Shares by " .. names, shares)
end

-- ---- the answer as JSON --------------------------------------------------------------------------

--- The rows of the groups, each with the levels that make its group.
local function group_rows(groups, by)
  local list = {}
  for row in groups:rows() do
    local entry, levels = {}, {}
    for _, name in ipairs(by) do levels[name] = row[name] == nil and core.json.null or row[name] end
    for _, name in ipairs { "variable", "level", "cases", "share", "missing", "lower", "upper" } do
      entry[name] = words.digits(rawget(row, name))
    end
    entry.by = levels
    list[#list + 1] = entry
  end
  return core.json.list(list)
end

local function print_json(list, columns, by, groups)
  for _, about in ipairs(columns) do about.levels = about.levels and core.json.list(about.levels) end
  io.write(core.json.text {
    file = list.source.file, sha256 = core.file.sha256(list.source.file), rows = list.source.rows,
    columns = core.json.list(columns), by = by and core.json.list(by), groups = groups and group_rows(groups, by),
  })
end

-- ---- the command -----------------------------------------------------------------------------------

--- The categories that are tabled in groups: those with few enough levels for a table, and the others.
local function tabled(columns, by, top)
  local names, left_out, in_by = {}, {}, {}
  for _, name in ipairs(by) do in_by[name] = true end
  for _, about in ipairs(columns) do
    if about.levels and not in_by[about.name] then
      local to = about.distinct <= 5 * top and names or left_out
      to[#to + 1] = about.name
    end
  end
  return names, left_out
end

--- The rows of the groups: from the stream where that can be, else from the list in memory.
local function group(list, frame, names, by, options)
  if #names == 0 then return nil end
  if not frame and #by == 1 then return list:profile { columns = names, by = by[1] } end
  frame = frame or list:collect()
  return frame:profile { columns = names, by = by, confidence = options.confidence, population = options.population }
end

--- Text: the columns, their levels, the groups.
local function print_text(list, columns, by, groups, left_out, options)
  print(("%s: %s, %s"):format(list.source.file, count_of(list.source.rows, "row"), count_of(#columns, "column")))
  print_columns(columns, list.source.rows)
  print_levels(columns, options.confidence and not by)
  if groups then
    print_groups(groups, by, options.confidence)
  elseif by and #left_out == 0 then
    print(("\nno category to table by %s"):format(table.concat(by, " and ")))
  end
  for _, name in ipairs(left_out) do
    print(("'%s' has too many levels for a table of groups"):format(core.text.quote(name)))
  end
end

function profile.call(asked)
  local by = words.some(asked.by)
  local options = {
    confidence = asked.confidence and words.share("--confidence", asked.confidence),
    top = asked.top and words.count("--top", asked.top) or TOP, population = population(asked.population, by),
  }
  if options.population and not options.confidence then
    check.fail("--population is for limits: give --confidence too", "population")
  end
  local how = reading.options(asked, wanted(asked))
  local list = require "assay".scan(asked.file, how)
  for _, name in ipairs(by or {}) do
    check.one_of("column", name, list.columns)
    if list.private[name] then check.fail(("column '%s' is private: no groups are made of it"):format(name), "by") end
  end
  local columns = describe_list(list, asked.file, how, options.top)
  local frame = options.confidence and list:collect()
  if frame and not by then add_limits(frame, columns, options) end
  local groups, left_out = nil, {}
  if by then
    local names
    names, left_out = tabled(columns, by, options.top)
    groups = group(list, frame, names, by, options)
  end
  if asked.json then
    print_json(list, columns, by, groups)
  else
    print_text(list, columns, by, groups, left_out, options)
  end
  return 0
end

return profile
