-- domain.lua: the cases that an estimate is about, and the groups that a table has a row for.
--
-- Both are bytes, 1 or 0 for each unit of a survey, in the order of survey._units, the frame of all that is known
-- of them. A domain leaves no unit out of the design: those outside stay in the variance.

local core = require "assay.core"
local check = require "assay.check"
local filter = require "assay.filter"
local frames = require "assay.frame"

local domain = {}

--- Which units meet `where`, as Frame:where takes it: their bytes, or nil for all. A unit without a value that is
--- asked for is outside, which is said.
function domain.flags(self, where)
  if where == nil then return nil end
  local flags, missing, asked = filter.flags(self._units, "where", where)
  frames.note_loss(self._units, "missing", missing, ("without a value in %s, are outside the domain"):format(asked))
  return flags
end

--- The columns that make groups, each once.
local function columns_of(self, by)
  local names, seen = check.value("by", by, "texts"), {}
  if #names == 0 then check.fail("by needs the name of a column", "by") end
  for _, name in ipairs(names) do
    if seen[name] then check.fail(("column '%s' is asked for twice"):format(core.text.quote(name)), "by") end
    seen[name] = true
  end
  return names, frames.column_numbers(self._units, names)
end

--- Says how many units have no value in a column: they are a group, and none is dropped.
local function note_missing(self, names, numbers)
  local units = self._units
  for i, name in ipairs(names) do
    local condition = { { column = numbers[i], kind = "missing" } }
    frames.note_loss(units, "missing", core.filter.count(units._core, condition),
      ("without a value in %s, are a group of their own, NA"):format(name))
  end
end

--- The groups that columns make of the units: a list of { values = , flags = }, in the order of declared levels,
--- else by value or bytes, of one column after the other, a missing value (values[i] is nil) last. The list also
--- has `names`, of the columns; `rows`, a frame of their values; and `of_unit`, which group each unit is of, for core.
function domain.groups(self, by)
  local names, numbers = columns_of(self, by)
  note_missing(self, names, numbers)
  local rows, of_unit = core.domain.groups(self._units._core, numbers)
  local list = { names = names, rows = rows, of_unit = of_unit, private = self._units._private }
  for g = 1, core.frame.rows(rows) do
    local values = {}
    for i = 1, #names do values[i] = core.frame.cell(rows, i, g) end
    list[g] = { values = values, flags = core.domain.flags(of_unit, g) }
  end
  return list
end

--- A frame with the columns of the groups before those of `results`, whose row i is of group which[i].
function domain.beside(groups, which, results)
  local private = {}
  for _, name in ipairs(groups.names) do
    if core.frame.find(results._core, name) then
      check.fail(("'%s' is a column of the result: rename it in the answers or in the case list"):format(
        core.text.quote(name)), "by")
    end
    private[name] = groups.private[name]
  end
  local values = core.frame.rename(core.frame.take(groups.rows, which), groups.names)
  return frames.new(core.domain.beside(values, results._core), nil, { private = private })
end

return domain
