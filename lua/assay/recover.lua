-- recover.lua: the whole numbers behind a table of printed figures.

local core = require "assay.core"
local check = require "assay.check"
local phrase = require "assay.phrase"

local recover = {}

local STEPS, MOST = 10000000, 10000 -- of the search and of tables, where nothing else is asked for
local MOST_STEPS, MOST_TABLES = 1000000000, 1000000

-- ---- what is asked ---------------------------------------------------------------------------

local function cases(name, value)
  local n = check.value(name, value, "count")
  if n <= core.published.largest then return n end
  return check.fail(("%s must be at most %d, not %d"):format(name, core.published.largest, n), name)
end

local function limit(most)
  return function(name, value)
    local n = check.value(name, value, "count")
    if n >= 1 and n <= most then return n end
    return check.fail(("%s must be from 1 to %d, not %d"):format(name, most, n), name)
  end
end

local base_options = check.options("RecoverBase", { min = cases, max = cases })
local cell_options = check.options("RecoverCell", { id = "text!", base = "text", says = "text", count = cases })
local sum_options = check.options("RecoverSum", { total = "text!", parts = "texts!" })
local within_options = check.options("RecoverWithin", { part = "text!", whole = "text!" })
local recover_options = check.options("RecoverOptions", {
  bases = "table", cells = "list", sums = "list", within = "list", max = limit(core.published.largest),
  rounding = core.published.rules(), reading = { "literal", "narrow" }, wording = "any",
  steps = limit(MOST_STEPS), most = limit(MOST_TABLES),
})

--- Each entry of a list as `read` checks it; an error says which one it is of.
local function entries(name, list, read)
  local checked = {}
  for i, entry in ipairs(list or {}) do
    local good, value = pcall(read, entry)
    if not good then
      if type(value) == "table" and value.message then value.message = ("%s, entry %d: %s"):format(name, i, value.message) end
      return error(value, 0)
    end
    checked[i] = value
  end
  return checked
end

-- ---- the numbers -----------------------------------------------------------------------------
-- A table being put together: `names` of its numbers in order, `index` by name, `numbers` their bounds, `said` what
-- their bounds are called; `fractions` and `totals` with what each is called.

local function add_number(self, name, min, max, said)
  if name == "" then return check.fail("a base or cell needs a name that is not empty", "id") end
  if self.index[name] then
    return check.fail(("'%s' is the name of two bases or cells"):format(core.text.quote(name)), "id")
  end
  local i = #self.names + 1
  if i > core.recover.numbers then
    return check.fail(("a table has at most %d bases and cells"):format(core.recover.numbers), "cells")
  end
  self.names[i], self.index[name], self.numbers[i], self.said[i] = name, i, { min = min, max = max }, said
  return i
end

local function number_of(self, name)
  return self.index[name] or check.unknown("base or cell", name, self.names)
end

--- A base that is a number is stated; a table has bounds; true says only that there is such a base.
local function add_base(self, name, value)
  if type(name) ~= "string" then check.fail("bases are given by name: { sample = 100, relevant = { max = 58 } }", "bases") end
  if value == true then return add_number(self, name, 0, self.max, ("%s is at most %d"):format(name, self.max)) end
  if type(value) ~= "table" then
    local n = cases("base " .. name, value)
    return add_number(self, name, n, n, ("%s is %d"):format(name, n))
  end
  local bounds = base_options(value)
  local min, max = bounds.min or 0, bounds.max or self.max
  if min > max then return check.fail(("base %s: min is %d, above max, %d"):format(name, min, max), "bases") end
  return add_number(self, name, min, max, ("%s is from %d to %d"):format(name, min, max))
end

--- The figure of a cell, and the count where one is printed.
local function read_says(self, cell)
  if not cell.says then return nil, cell.count end
  local figure, why = phrase.read(cell.says, self.wording, self.rounding)
  if not figure then return check.fail(("cell %s: %s"):format(core.text.quote(cell.id), why), "says") end
  local about = core.figure.about(figure)
  if about.kind == "number" then
    return check.fail(("cell %s: '%s' is a number: a share is '61%%' or '27 of 74', a count goes into 'count'")
      :format(core.text.quote(cell.id), core.text.quote(cell.says)), "says")
  end
  if about.base then
    return check.fail(("cell %s: '%s' states its base: put it into 'bases', and the count into 'count'")
      :format(core.text.quote(cell.id), core.text.quote(cell.says)), "says")
  end
  if about.count and cell.count and about.count ~= cell.count then
    return check.fail(("cell %s: '%s' has another count than %d"):format(core.text.quote(cell.id),
      core.text.quote(cell.says), cell.count), "count")
  end
  return figure, cell.count or about.count
end

local function add_fraction(self, fraction, said)
  self.fractions[#self.fractions + 1], self.fractions_said[#self.fractions + 1] = fraction, said
end

local function add_cell(self, cell)
  local figure, count = read_says(self, cell)
  if figure and not cell.base then
    return check.fail(("cell %s: '%s' needs 'base': the name of what it is a share of"):format(core.text.quote(cell.id),
      core.text.quote(cell.says)), "base")
  end
  if cell.base and not self.index[cell.base] then
    add_number(self, cell.base, 0, self.max, ("%s is at most %d"):format(cell.base, self.max))
  end
  local said = count and ("%s is %d"):format(cell.id, count) or ("%s is at most %d"):format(cell.id, self.max)
  local part = add_number(self, cell.id, count or 0, count or self.max, said)
  if not cell.base then return end
  add_fraction(self, { part = part, whole = self.index[cell.base], figure = figure },
    figure and ("%s is %s of %s"):format(cell.id, cell.says, cell.base) or ("%s is part of %s"):format(cell.id, cell.base))
end

local function add_sum(self, sum)
  local parts = {}
  if #sum.parts == 0 then return check.fail("a sum needs at least one part", "parts") end
  for i, name in ipairs(sum.parts) do
    parts[i] = number_of(self, name)
    if name == sum.total then return check.fail(("'%s' cannot be part of itself"):format(core.text.quote(name)), "parts") end
  end
  self.totals[#self.totals + 1] = { total = number_of(self, sum.total), parts = parts }
  self.totals_said[#self.totals] = ("%s is %s"):format(sum.total, table.concat(sum.parts, " + "))
end

local function add_within(self, within)
  if within.part == within.whole then
    return check.fail(("'%s' cannot be part of itself"):format(core.text.quote(within.part)), "within")
  end
  add_fraction(self, { part = number_of(self, within.part), whole = number_of(self, within.whole) },
    ("%s is within %s"):format(within.part, within.whole))
end

local function build(o)
  local self = { max = o.max, rounding = o.rounding or "half_up", wording = phrase.wording(o.wording), names = {}, index = {},
    numbers = {}, said = {}, fractions = {}, fractions_said = {}, totals = {}, totals_said = {} }
  for _, name in ipairs(check.keys(o.bases or {})) do add_base(self, name, o.bases[name]) end
  for _, cell in ipairs(entries("cells", o.cells, cell_options)) do add_cell(self, cell) end
  for _, sum in ipairs(entries("sums", o.sums, sum_options)) do add_sum(self, sum) end
  for _, within in ipairs(entries("within", o.within, within_options)) do add_within(self, within) end
  if #self.names == 0 then return check.fail("a table needs at least one base or cell", "cells") end
  return self
end

-- ---- the answer ------------------------------------------------------------------------------

--- What the constraints of these numbers say.
local function in_words(self, conflict)
  local list, n, m = {}, #self.names, #self.fractions
  for i, c in ipairs(conflict) do
    list[i] = c <= n and self.said[c] or c <= n + m and self.fractions_said[c - n] or self.totals_said[c - n - m]
  end
  return list
end

--- The values that each number has over all tables, ascending, by name.
local function possible(self, tables)
  local values = {}
  for i, name in ipairs(self.names) do
    local seen, list = {}, {}
    for _, row in ipairs(tables) do
      if not seen[row[i]] then list[#list + 1] = row[i] end
      seen[row[i]] = true
    end
    table.sort(list)
    values[name] = list
  end
  return values
end

local function show_conflict(self)
  local text = "no table up to " .. self.max .. " fits:"
  for _, said in ipairs(self.conflict) do text = text .. "\n  " .. said end
  if #self.conflict == 1 then return text .. "\nthis cannot be" end
  return text .. (self.minimal and "\nthese cannot all be so; without any one of them the others can"
    or "\nthese cannot all be so")
end

local result = check.result("Recovered", { "n", "tables", "possible", "conflict", "minimal", "steps", "max" }, function(self)
  if self.n == 0 then return show_conflict(self) end
  local text = self.n == 1 and "1 table fits" or ("%d tables fit"):format(self.n)
  return text .. "\n" .. tostring(self.tables)
end)

local function tables_frame(self, tables)
  local types = {}
  for _, name in ipairs(self.names) do types[name] = "integer" end
  return require "assay".frame { columns = self.names, rows = tables, types = types }
end

function recover.recover(options)
  local o = recover_options(options)
  if not o.max then return check.fail("'max' is needed: the most cases that there can be", "max") end
  local self = build(o)
  local found = core.recover.tables(self.numbers, self.fractions, self.totals, o.max, o.reading ~= "narrow",
    o.steps or STEPS, o.most or MOST)
  return setmetatable({
    n = #found.tables, tables = tables_frame(self, found.tables), possible = possible(self, found.tables),
    conflict = in_words(self, found.conflict), minimal = found.minimal, steps = found.steps, max = o.max,
  }, result)
end

return recover
