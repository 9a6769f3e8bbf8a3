-- frame.lua: tables, read from files or made from rows, and what can be done with them.

local core = require "assay.core"
local check = require "assay.check"
local table_text = require "assay.report.table"

local frame = {}

-- ---- the object ------------------------------------------------------------------------------
-- _core: the handle; id: the column that names a case; source: where it came from; private: columns
-- that are shown as ***; _steps: how the rows came to be; _excluded: { reason, id } of rows left out.

local Frame

local function new(handle, from)
  from = from or {}
  return setmetatable({
    _core = handle,
    id = from.id and core.frame.find(handle, from.id) and from.id or nil,
    source = from.source,
    private = from.private or {},
    _steps = from._steps or {},
    _excluded = from._excluded or {},
  }, Frame)
end

--- A frame of a result, made from a core handle.
function frame.of_core(handle) return new(handle) end

--- Calls `f` and gives errors about a row of `self` the file that it was read from. Where steps left
--- rows out, rows are counted among those that remain.
function frame.blame(self, f, ...)
  local results = table.pack(pcall(f, ...))
  if results[1] then return table.unpack(results, 2, results.n) end
  local err = results[2]
  if type(err) == "table" and err.row and not err.file and self.source then
    err.file = self.source.file
    err.message = ("%s%s: %s"):format(err.file, #self._steps > 1 and ", among the rows that remain" or "", err.message)
  end
  return error(err, 0)
end

--- The same list with one value more: objects share lists, so none is ever changed.
local function with(list, value)
  local longer = table.move(list, 1, #list, 1, {})
  longer[#longer + 1] = value
  return longer
end

--- A frame that follows from `self` by a step, which is counted.
local function after(self, handle, step, excluded)
  local next_frame = new(handle, self)
  next_frame._steps = with(self._steps, {
    step = step, removed = core.frame.rows(self._core) - core.frame.rows(handle),
    rows = core.frame.rows(handle),
  })
  next_frame._excluded = excluded or self._excluded
  return next_frame
end

--- The number of a column, by its name.
local function column_number(self, name)
  local i = core.frame.find(self._core, check.value("a column", name, "text"))
  return i or check.unknown("column", name, core.frame.names(self._core))
end

local function column_numbers(self, names)
  local list = {}
  for i, name in ipairs(names) do list[i] = column_number(self, name) end
  return list
end

-- ---- making frames ---------------------------------------------------------------------------

local types = { "category", "text", "integer", "number", "date" }

local function check_levels(name, value)
  check.value(name, value, "table")
  for _, column in ipairs(check.keys(value)) do
    check.value("levels of " .. tostring(column), value[column], "texts")
  end
  return value
end

local function check_types(name, value)
  check.value(name, value, "table")
  for _, column in ipairs(check.keys(value)) do
    check.value("type of " .. tostring(column), value[column], types)
  end
  return value
end

local function private_set(names)
  local set = {}
  for _, name in ipairs(names or {}) do set[name] = true end
  return set
end

--- What each column is to be, in the order of `names`; raises for options about unknown columns.
local function wishes(names, options)
  local known, keep, list = {}, nil, {}
  for _, name in ipairs(names) do known[name] = true end
  local function require_known(what, asked)
    for _, name in ipairs(asked) do
      if not known[name] then check.unknown(what, name, names) end
    end
  end
  require_known("column", options.columns or {})
  require_known("column", check.keys(options.types or {}))
  require_known("column", check.keys(options.levels or {}))
  require_known("column", options.private or {})
  require_known("id column", { options.id })
  if options.columns then
    keep = { [options.id or false] = true }
    for _, name in ipairs(options.columns) do keep[name] = true end
  end
  local private = private_set(options.private)
  for i, name in ipairs(names) do
    list[i] = (not keep or keep[name]) and {
      type = name == options.id and "text" or options.types and options.types[name],
      levels = options.levels and options.levels[name],
      dates = options.dates,
      private = private[name] or name == options.id,
    } or false
  end
  return list
end

local function check_dates(name, value)
  check.value(name, value, "text")
  if not core.text.is_date_pattern(value) then
    check.fail(("%s is a pattern such as dd/mm/yyyy, not '%s'"):format(name, core.text.quote(value)), name)
  end
  return value
end

local function check_delimiter(name, value)
  if type(value) ~= "string" or #value ~= 1 or value:find '["\r\n\0\128-\255]' then
    check.fail(("%s is one character, such as ';'"):format(name), name)
  end
  return value
end

local read_options = check.options("ReadOptions", {
  id = "text", columns = "texts", types = check_types, levels = check_levels, missing = "texts",
  dates = check_dates, delimiter = check_delimiter, private = "texts",
})

--- Names the file in an error about one of its columns.
local function collect(path, source, list)
  local ok, result = pcall(core.source.collect, source, list)
  if ok then return result end
  if type(result) == "table" and result.argument and not result.file then
    result.file = path
    result.message = ("%s, column '%s', %s"):format(path, result.argument, result.message)
  end
  return error(result, 0)
end

--- Refuses a header of one column that reads as several under another delimiter.
local function check_header(path, names)
  local other = #names == 1 and names[1]:match "[;\t|]"
  if other then
    check.refuse(("the header has no comma, but '%s': give delimiter = '%s'"):format(
      other == "\t" and "a tab" or other, other == "\t" and "\\t" or other), { file = path, line = 1 })
  end
end

function frame.read(path, options)
  check.value("the file", path, "text")
  options = read_options(options)
  local source = core.csv.open(path, {
    delimiter = options.delimiter or ",", missing = options.missing or { "" },
  })
  local names = core.source.names(source)
  if not options.delimiter then check_header(path, names) end
  local handle = collect(path, source, wishes(names, options))
  local self = new(handle, {
    id = options.id,
    private = private_set(options.private),
    source = { file = path, sha256 = core.file.sha256(path), delimiter = options.delimiter or ",",
      rows = core.frame.rows(handle) },
  })
  self._steps = { { step = "read " .. path, removed = 0, rows = core.frame.rows(handle) } }
  return self
end

local frame_options = check.options("FrameOptions", {
  columns = "texts!", rows = "table!", types = check_types, levels = check_levels, id = "text",
  private = "texts",
})

--- The type of a column of Lua numbers; nil where there is text, whose type is inferred.
local function number_type(rows, i)
  local kind
  for _, row in ipairs(rows) do
    local value = type(row) == "table" and row[i] or nil
    if math.type(value) == "float" then kind = "number"
    elseif math.type(value) == "integer" then kind = kind or "integer"
    elseif value ~= nil then return nil
    end
  end
  return kind
end

function frame.frame(options)
  options = frame_options(options)
  local list = wishes(options.columns, {
    id = options.id, types = options.types, levels = options.levels, private = options.private,
  })
  for i, wish in ipairs(list) do wish.type = wish.type or number_type(options.rows, i) end
  return new(core.source.rows(options.columns, options.rows, list),
    { id = options.id, private = private_set(options.private) })
end

-- ---- conditions ------------------------------------------------------------------------------

local function text_of(value)
  if math.type(value) then return core.text.number(value) end
  if type(value) == "string" then return value end
  return check.fail(("a value to compare with is text or a number, not a %s"):format(type(value)))
end

local function texts_of(value)
  if type(value) ~= "table" then return { text_of(value) } end
  local list = {}
  for i, item in ipairs(value) do list[i] = text_of(item) end
  return list
end

local bounds = {
  min = { "low" }, max = { "high" }, above = { "low", true }, below = { "high", true },
  after = { "low", true }, before = { "high", true },
}
local condition_words = {
  min = true, max = true, above = true, below = true, after = true, before = true,
  except = true, contains = true, missing = true,
}

--- Refuses numbers and dates of which the lower bound is above the upper: nothing lies between them.
local function check_bounds(condition)
  local low, high = condition.low, condition.high
  if not (low and high) then return end
  local dates = low:find "^%d%d%d%d%-%d%d%-%d%d$" and high:find "^%d%d%d%d%-%d%d%-%d%d$"
  local numbers = tonumber(low) and tonumber(high)
  if dates and low > high or numbers and tonumber(low) > tonumber(high) then
    check.fail(("nothing lies from %s to %s: the bounds are the wrong way round"):format(low, high))
  end
end

--- The condition that a table of words asks for, such as { min = 18, max = 25 }.
local function condition_of_words(column, words)
  local names = check.keys(words)
  for _, word in ipairs(names) do
    if not condition_words[word] then check.unknown("condition", word, condition_words) end
  end
  if #names == 0 then check.fail "an empty table is no condition" end
  local first = names[1]
  if bounds[first] then
    local condition = { column = column, kind = "between" }
    for _, name in ipairs(names) do
      local bound = bounds[name] or check.fail(("'%s' does not go with '%s'"):format(name, first))
      if condition[bound[1]] then check.fail(("two bounds on one side: '%s'"):format(name)) end
      condition[bound[1]] = text_of(words[name])
      condition[bound[1] .. "_strict"] = bound[2]
    end
    check_bounds(condition)
    return condition
  end
  if #names > 1 then check.fail(("'%s' does not go with '%s'"):format(names[2], first)) end
  if first == "missing" then
    check.value("missing", words.missing, "boolean")
    return { column = column, kind = "missing", except = not words.missing }
  elseif first == "contains" then
    return { column = column, kind = "contains", values = { check.value("contains", words.contains, "text") } }
  end
  return { column = column, kind = "one_of", except = true, values = texts_of(words.except) }
end

--- The conditions of a table by column, in byte order of the columns.
local function conditions(self, wanted)
  local names, list = check.keys(wanted), {}
  for i, name in ipairs(names) do
    local column, value = column_number(self, name), wanted[name]
    if type(value) == "table" and #value == 0 then
      list[i] = condition_of_words(column, value)
    else
      list[i] = { column = column, kind = "one_of", values = texts_of(value) }
    end
  end
  for i, name in ipairs(names) do list[i].private = self.private[name] end
  return list, names
end

--- One condition in words.
local function describe(name, condition)
  if condition.kind == "missing" then
    return name .. (condition.except and " is known" or " is missing")
  elseif condition.kind == "contains" then
    return ("%s contains '%s'"):format(name, core.text.quote(condition.values[1]))
  elseif condition.kind == "one_of" then
    local values = {}
    for i, value in ipairs(condition.values) do values[i] = core.text.quote(value) end
    return ("%s %s %s"):format(name, condition.except and "is not" or "is", table.concat(values, " or "))
  end
  local parts = {}
  if condition.low then parts[#parts + 1] = (condition.low_strict and "above " or "from ") .. condition.low end
  if condition.high then parts[#parts + 1] = (condition.high_strict and "below " or "to ") .. condition.high end
  return name .. " " .. table.concat(parts, " ")
end

local function describe_all(names, list)
  local words = {}
  for i, condition in ipairs(list) do words[i] = describe(names[i], condition) end
  return table.concat(words, ", ")
end

-- ---- missing values --------------------------------------------------------------------------

--- The conditions that these columns have a value.
local function all_known(columns)
  local list = {}
  for i, column in ipairs(columns) do list[i] = { column = column, kind = "missing", except = true } end
  return list
end

--- How many rows lack a value that a condition compares: they do not meet it, and that is said.
local function count_missing(self, list)
  local compared = {}
  for _, condition in ipairs(list) do
    if condition.kind ~= "missing" then compared[#compared + 1] = condition.column end
  end
  return #self - core.frame.rows((core.filter.where(self._core, all_known(compared))))
end

--- How many rows have no key without a missing part: they match nobody.
local function count_without_key(self, keys)
  local rest, _ = self._core, nil
  for _, key in ipairs(keys) do _, rest = core.filter.where(rest, all_known(key)) end
  return core.frame.rows(rest)
end

--- A step, with the rows that its words do not speak of behind it.
local function step_with(step, n, of_them)
  return n == 0 and step or ("%s (%d %s)"):format(step, n, of_them)
end

--- Tells the run's record what a step took out of a list.
local function note_loss(self, kind, n, why)
  if n == 0 then return end
  core.record.note(kind, ("%s: %d of %d rows, %s"):format(self.source and self.source.file or "a frame", n,
    core.frame.rows(self._core), why))
end

-- ---- methods ---------------------------------------------------------------------------------

local methods = {}

function methods.where(self, wanted)
  if type(wanted) == "function" then
    return after(self, core.frame.where(self._core, wanted), "where (a function)")
  end
  local list, names = conditions(self, check.value("what where is given", wanted, "table"))
  local kept = core.filter.where(self._core, list)
  local missing = count_missing(self, list)
  note_loss(self, "missing", missing, "without a value in " .. table.concat(names, ", "))
  return after(self, kept, step_with(describe_all(names, list), missing, "without a value"))
end

--- Ids of rows that were left out, behind those of earlier steps; rows where there is no id.
local function excluded_ids(self, reason, dropped)
  local all = table.move(self._excluded, 1, #self._excluded, 1, {})
  local id = self.id and core.frame.find(dropped, self.id)
  local ids = id and core.frame.column(dropped, id):list() or {}
  for row = 1, core.frame.rows(dropped) do all[#all + 1] = { reason, ids[row] } end
  return all
end

function methods.exclude(self, reason, wanted)
  check.value("the reason", reason, "text")
  local list = conditions(self, check.value("what exclude is given", wanted, "table"))
  local dropped, kept = core.filter.where(self._core, list)
  local step = step_with("exclude " .. reason, count_missing(self, list), "without a value kept")
  note_loss(self, "excluded", core.frame.rows(dropped), core.text.quote(reason))
  return after(self, kept, step, excluded_ids(self, reason, dropped))
end

local distinct_options = check.options("DistinctOptions", {
  match = "table!", keep = { "first", "last" }, order = "text",
})

function methods.distinct(self, options)
  options = distinct_options(options)
  local keys = {}
  for i, key in ipairs(options.match) do
    keys[i] = column_numbers(self, check.value("a key of match", key, "texts"))
  end
  if #keys == 0 then check.fail("match needs at least one key", "match") end
  local handle = core.filter.distinct(self._core, keys, options.order and column_number(self, options.order) or 0,
    self.id and column_number(self, self.id) or 0, options.keep == "last")
  note_loss(self, "duplicates", core.frame.rows(self._core) - core.frame.rows(handle), "one row per person")
  return after(self, handle, step_with("one row per person", count_without_key(self, keys), "without a key"))
end

function methods.select(self, ...)
  local names = check.value("what select is given", select("#", ...) > 1 and { ... } or (...), "texts")
  return new(core.frame.select(self._core, column_numbers(self, names)), self)
end

function methods.take(self, rows)
  check.value("what take is given", rows, "table")
  for _, row in ipairs(rows) do
    if not math.tointeger(row) or row < 1 or row > #self then
      check.fail(("there is no row %s: the frame has %d"):format(tostring(row), #self))
    end
  end
  return new(core.frame.take(self._core, rows), self)
end

function methods.head(self, n)
  local rows = {}
  for i = 1, math.min(check.value("the number of rows", n or 10, "count"), #self) do rows[i] = i end
  return new(core.frame.take(self._core, rows), self)
end

function methods.sort(self, names)
  local columns, descending = {}, {}
  for i, name in ipairs(check.value("what sort is given", names, "texts")) do
    local turned = name:match "^%-(.+)$"
    descending[i] = turned ~= nil and not core.frame.find(self._core, name)
    columns[i] = column_number(self, descending[i] and turned or name)
  end
  return new(core.frame.sort(self._core, columns, descending), self)
end

function methods.column(self, name) return core.frame.column(self._core, column_number(self, name)) end

function methods.rows(self)
  local handle, row, last = self._core, 0, core.frame.rows(self._core)
  -- what is missing is nil; a mistyped column is not taken for it
  local fields = { __index = function(_, name)
    if type(name) ~= "string" or core.frame.find(handle, name) then return nil end
    return check.unknown("column", name, core.frame.names(handle))
  end }
  return function()
    row = row + 1
    if row <= last then return setmetatable(core.frame.row(handle, row), fields) end
  end
end

function methods.count(self, ...)
  local names = check.value("what count is given", { ... }, "texts")
  if #names == 0 then check.fail "count needs the name of a column" end
  return new(core.tabulate.count(self._core, column_numbers(self, names)))
end

local profile_options = check.options("ProfileOptions", { columns = "texts" })

--- Columns that sort cases into levels, the id left out.
local function category_names(self)
  local names = {}
  for i, name in ipairs(core.frame.names(self._core)) do
    if core.frame.type(self._core, i) == "category" and name ~= self.id then names[#names + 1] = name end
  end
  return names
end

function methods.profile(self, options)
  options = profile_options(options)
  local names = options.columns or category_names(self)
  return new(core.tabulate.profile(self._core, column_numbers(self, names)))
end

local Summary = check.result("Summary",
  { "n", "missing", "mean", "sd", "min", "q1", "median", "q3", "max" },
  function(self)
    local columns, line = {}, {}
    for i, name in ipairs { "n", "missing", "mean", "sd", "min", "q1", "median", "q3", "max" } do
      columns[i], line[i] = { name = name, right = true }, table_text.value(self[name])
    end
    return table_text.lines(columns, { line })
  end)

function methods.summary(self, name)
  return setmetatable(core.tabulate.summary(self._core, column_number(self, name)), Summary)
end

function methods.write(self, path)
  check.value("the file", path, "text")
  if not path:find "%.csv$" then
    check.fail(("'%s': the name of the file must end in .csv"):format(core.text.quote(path)))
  end
  -- what was read is written back whole; what was computed has 12 digits, alike on every machine
  core.csv.write(self._core, path, self.source and 0 or 12)
  return self
end

-- ---- the class -------------------------------------------------------------------------------

local Steps = { __name = "assay.Steps", __metatable = "assay.Steps" }

function Steps.__tostring(self)
  local lines = {}
  for i, step in ipairs(self) do lines[i] = { step.step, tostring(step.removed), tostring(step.rows) } end
  return table_text.lines({ { name = "step" }, { name = "removed", right = true }, { name = "rows", right = true } },
    lines)
end

Frame = check.class("Frame", "f", methods, function(self, key)
  if key == "columns" then return core.frame.names(self._core) end
  if key == "steps" then
    local steps = {}
    for i, step in ipairs(self._steps) do steps[i] = step end
    return setmetatable(steps, Steps)
  end
  if key == "excluded" then
    return frame.frame { columns = { "reason", "id" }, rows = self._excluded, types = { reason = "text", id = "text" } }
  end
  if key == "id" or key == "source" then return nil end
  return nil, false
end)
Frame.fields = { "columns", "id", "steps", "excluded", "source", "private" }

function Frame.__len(self) return core.frame.rows(self._core) end

--- `_below` is what a noun that makes a frame has to say beneath it.
function Frame.__tostring(self)
  local text, below = table_text.frame(self._core, self.private), rawget(self, "_below")
  return below and text .. "\n\n" .. below or text
end

return frame
