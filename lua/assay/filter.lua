-- filter.lua: which rows stay.

local core = require "assay.core"
local check = require "assay.check"
local frames = require "assay.frame"

local filter = {}

-- ---- conditions ------------------------------------------------------------------------------

local function text_of(value)
  if math.type(value) then return core.text.number(value) end
  if type(value) == "string" then return value end
  return check.fail(("a value to compare with is text or a number, not a %s"):format(type(value)))
end

local function texts_of(value)
  if type(value) ~= "table" then return { text_of(value) } end
  local list = {}
  for i, item in ipairs(check.value("the values to compare with", value, "list")) do list[i] = text_of(item) end
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
function filter.conditions(self, wanted)
  local names, list = check.keys(wanted), {}
  for i, name in ipairs(names) do
    local column, value = frames.column_number(self, name), wanted[name]
    if type(value) == "table" and #value == 0 then
      list[i] = condition_of_words(column, value)
    else
      list[i] = { column = column, kind = "one_of", values = texts_of(value) }
    end
  end
  for i, name in ipairs(names) do list[i].private = self._private[name] or name == self._id end
  return list, names
end

-- A step lists so many values one by one.
local MOST_VALUES = 5

--- Values in words; those of the id and of private columns are not shown.
local function describe_values(condition)
  local values, n = {}, #condition.values
  if n > MOST_VALUES then return ("one of %d values"):format(n) end
  if condition.private then return "***" end
  for i, value in ipairs(condition.values) do values[i] = core.text.quote(value) end
  return table.concat(values, " or ")
end

--- One condition in words.
local function describe(name, condition)
  name = core.text.quote(name)
  if condition.kind == "missing" then
    return name .. (condition.except and " is known" or " is missing")
  elseif condition.kind == "contains" then
    return ("%s contains '%s'"):format(name, describe_values(condition))
  elseif condition.kind == "one_of" then
    return ("%s %s %s"):format(name, condition.except and "is not" or "is", describe_values(condition))
  end
  local parts, low, high = {}, condition.low, condition.high
  if condition.private then low, high = low and "***", high and "***" end
  if low then parts[#parts + 1] = (condition.low_strict and "above " or "from ") .. core.text.quote(low) end
  if high then parts[#parts + 1] = (condition.high_strict and "below " or "to ") .. core.text.quote(high) end
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
  return #self - core.filter.count(self._core, all_known(compared))
end

-- ---- methods of frames ------------------------------------------------------------------------

--- The conditions that `method` is given, one at the least, and the names of their columns.
local function conditions_given(self, method, wanted)
  local list, names = filter.conditions(self, check.value(("what %s is given"):format(method), wanted, "table"))
  if #list == 0 then -- such as { age = limit } where limit is nil
    check.fail(('%s needs a condition, such as { gender = "F" }; a value that is nil is none'):format(method))
  end
  return list, names
end

--- Which rows meet conditions or a function, as a byte for each, 1 or 0; how many lack what was asked; and what
--- that was.
function filter.flags(self, method, wanted)
  if type(wanted) == "function" then
    local _, flags, unknown = frames.over_rows(self, core.cursor.flags, wanted)
    return flags, unknown, "the function"
  end
  local list, names = conditions_given(self, method, wanted)
  return core.filter.flags(self._core, list), count_missing(self, list), table.concat(names, ", ")
end

--- Sorts the rows of a frame by conditions or by a function: those that meet them, the others, how many of
--- these lack what was asked, the words for it and the columns compared.
local function split(self, method, wanted)
  if type(wanted) == "function" then
    local _, met, others, unknown = frames.over_rows(self, core.cursor.filter, wanted)
    return met, others, unknown, "where (a function)", "the function"
  end
  local list, names = conditions_given(self, method, wanted)
  local met, others = core.filter.where(self._core, list, method == "exclude")
  return met, others, count_missing(self, list), describe_all(names, list), table.concat(names, ", ")
end

function filter.where(self, wanted)
  local kept, _, missing, words, asked = split(self, "where", wanted)
  frames.note_loss(self, "missing", missing, "without a value in " .. asked)
  return frames.after(self, kept, frames.step_with(words, missing, "without a value"))
end

--- Ids of rows that were left out, behind those of earlier steps; rows where there is no id.
local function excluded_ids(self, reason, dropped)
  local all = table.move(self._excluded, 1, #self._excluded, 1, {})
  local id = self.id and core.frame.find(dropped, self.id)
  local ids = id and core.frame.column(dropped, id):list() or {}
  for row = 1, core.frame.rows(dropped) do all[#all + 1] = { reason, ids[row] } end
  return all
end

function filter.exclude(self, reason, wanted)
  check.value("the reason", reason, "text")
  local dropped, kept, missing = split(self, "exclude", wanted)
  local step = frames.step_with("exclude " .. core.text.quote(reason), missing, "without a value kept")
  frames.note_loss(self, "excluded", core.frame.rows(dropped), core.text.quote(reason))
  return frames.after(self, kept, step, { excluded = excluded_ids(self, reason, dropped) })
end

local distinct_options = check.options("DistinctOptions", {
  match = "list!", keep = { "first", "last" }, order = "text",
})

function filter.distinct(self, options)
  options = distinct_options(options)
  local keys = {}
  for i, key in ipairs(options.match) do
    keys[i] = frames.column_numbers(self, check.value("a key of match", key, "texts"))
    if #keys[i] == 0 then check.fail("a key of match needs the name of a column: all rows agree in none", "match") end
  end
  if #keys == 0 then check.fail("match needs at least one key", "match") end
  local handle, without_key = core.filter.distinct(self._core, keys,
    options.order and frames.column_number(self, options.order) or 0,
    self.id and frames.column_number(self, self.id) or 0, options.keep == "last")
  frames.note_loss(self, "duplicates", core.frame.rows(self._core) - core.frame.rows(handle), "one row per person")
  return frames.after(self, handle, frames.step_with("one row per person", without_key, "without a key"))
end

return filter
