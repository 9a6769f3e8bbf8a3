-- stages.lua: units first, then cases within the units drawn.

local core = require "assay.core"
local check = require "assay.check"
local frames = require "assay.frame"
local allocate = require "assay.allocate"
local total = allocate.total

local stages = {}

stages.methods = { "srs", table.unpack(core.draw.methods()) }

-- ---- options ---------------------------------------------------------------------------------

-- No list has as many cases.
local TOO_MANY = 1 << 31

--- A count that is not 0: `what` says of what.
local function some(what)
  return function(name, value)
    value = check.value(name, value, "count")
    if value >= TOO_MANY then
      check.fail(("%s of stages must be below 2^31, as many cases as a list can have: %d"):format(name, value), name)
    end
    return value > 0 and value or check.fail(("%s of stages must be at least 1: %s"):format(name, what), name)
  end
end

local some_units = some "how many units are drawn"

local stages_options = check.options("StagesOptions", {
  unit = "text!", cases = some "how many cases of each unit are drawn", method = stages.methods, sort = "texts",
  serpentine = "boolean",
  units = function(name, value) return type(value) == "table" and value or some_units(name, value) end,
})

--- The option `stages` of a plan, checked.
function stages.value(name, value)
  if type(value) ~= "table" then
    check.fail("stages must be a table such as { unit = \"office\", units = 4, cases = 10 }", name)
  end
  local checked = stages_options(value)
  for _, needed in ipairs { "units", "cases" } do
    if not checked[needed] then check.fail(("stages needs '%s', as in { unit = \"office\", units = 4, cases = 10 }"):format(
      needed), needed) end
  end
  if checked.sort and #checked.sort == 0 then check.fail("sort names no column", "sort") end
  return checked
end

-- Options of a plan that mean nothing in two stages, and why.
local apart = {
  { "size", ": how many cases there are follows from the units drawn and the cases of each" },
  { "margin", ": cases of one unit are alike, and how much so, which the size for a margin needs, is not known" },
  { "proportion", ": it is for a margin" },
  { "within", ", which part the cases themselves" },
  { "cap", ", whose cases of one unit are at most those of stages" },
  { "size_measure", ", where the size of a unit is the number of its cases" },
}

--- Refuses options that do not go with stages, and gives units by stratum the place of sizes by stratum.
function stages.check(options)
  for _, pair in ipairs(apart) do
    if options[pair[1]] ~= nil then check.fail(("'%s' does not go with stages%s"):format(pair[1], pair[2]), pair[1]) end
  end
  if options.rounding ~= nil and options.rounding ~= "largest_remainder" then
    check.fail(("rounding = \"%s\" does not go with stages, whose units are whole by largest remainder"):format(
      options.rounding), "rounding")
  end
  if type(options.allocation) == "table" then
    check.fail("sizes by stratum do not go with stages: give the units of each stratum as units = { [label] = n }",
      "allocation")
  end
  if type(options.stages.units) ~= "table" then return end
  if options.allocation then check.fail("'allocation' does not go with units by stratum", "allocation") end
  options.allocation = options.stages.units
end

-- ---- sizes -----------------------------------------------------------------------------------

--- How many units of each stratum: by label, or by the plan's allocation. In proportion is to what the units'
--- probabilities are in proportion to: the cases under a method with unequal ones, else the units.
local function find_units(handle, labels, populations, options, notes)
  local wanted = options.stages.units
  if type(wanted) == "table" then
    local list = allocate.explicit(labels, wanted, "units")
    return total(list) > 0 and list or check.fail("units of stages must be at least 1 in all", "units")
  end
  if wanted > total(populations) then
    check.fail(("%d units cannot be drawn from %d"):format(wanted, total(populations)), "units")
  end
  local what = { unit = "unit" }
  for name in next, allocate.options do what[name] = options[name] end
  if core.draw.is_unequal(options.stages.method or "srs") then what.weights = core.plan.populations(handle) end
  return (allocate.by_rule(labels, populations, wanted, what, notes))
end

--- Units by stratum of a plan that was read back, from what its manifest keeps of how they were found.
function stages.solve_again(handle, options)
  local how, populations = core.plan.how(handle).stages, select(2, core.plan.asked_units(handle, 0))
  options.stages = { units = how.drawn, method = how.method }
  return find_units(handle, core.plan.labels(handle), populations, options, {})
end

local function plural(n, one, many) return n == 1 and one or many end

--- Words on the units that are certain, and on those that hold too few cases.
local function note_units(handle, labels, populations, cases, notes)
  local few, smallest, spare, certain = core.plan.short_units(handle)
  local reserve = core.plan.how(handle).stages.reserve
  local function note(h, n, words)
    if n > 0 then notes[#notes + 1] = ("stratum '%s': %d of %d units %s"):format(labels[h], n, populations[h], words) end
  end
  for h in ipairs(labels) do
    note(h, certain[h], plural(certain[h], "is certain to be drawn, because it holds so many cases",
      "are certain to be drawn, because they hold so many cases"))
    note(h, few[h], ("%s fewer than %d cases (%s%d): all are taken where %s drawn"):format(plural(few[h], "holds", "hold"),
      cases, plural(few[h], "", "the smallest "), smallest[h], plural(few[h], "it is", "they are")))
    note(h, spare[h], ("%s fewer than %d reserve%s"):format(plural(spare[h], "leaves", "leave"), reserve,
      plural(reserve, "", "s")))
  end
end

--- Gives the plan its units, and how many of them and of their cases are drawn.
function stages.set(handle, frame, labels, options, notes)
  local own = options.stages
  local columns, descending = frames.sorting(frame, own.sort or {})
  local populations = frames.blame(frame, core.plan.units, handle, frames.column_number(frame, own.unit), columns, descending,
    own.serpentine or false, frame.private[own.unit] or false)
  local units = find_units(handle, labels, populations, options, notes)
  core.plan.stages(handle, units, own.cases, options.reserve or 0, own.method or "srs")
  allocate.note_thin(labels, populations, units, notes, { unit = "unit" })
  note_units(handle, labels, populations, own.cases, notes)
end

-- ---- words -----------------------------------------------------------------------------------

--- A number of cases, of which two stages may expect a fraction.
local function expected(n)
  return math.type(n) == "integer" and ("%d"):format(n) or core.text.fixed(n, 1)
end

--- What a plan in two stages draws: `how` is core.plan.how(plan).stages.
function stages.described(how, size, population)
  local order = #how.sort > 0 and (", in the order of " .. table.concat(how.sort, ", ")) or ""
  if how.serpentine then order = order .. ", serpentine" end
  return ("a sample of %d of %d units ('%s') by %s%s, of each %d case%s: %s of %d cases%s"):format(how.drawn, how.units,
    how.unit, how.method, order, how.cases, plural(how.cases, "", "s"), expected(size), population,
    math.type(size) == "integer" and "" or " on average")
end

-- More units than these are not named in a note.
local NAMED = 8

--- "'Durham' 3, 'Hartlepool' 7 and 4 more" of the units in a list of { name, count }.
local function named(list)
  local words = {}
  for i = 1, math.min(#list, NAMED) do words[i] = ("'%s' %d"):format(list[i][1], list[i][2]) end
  return table.concat(words, ", ") .. (#list > NAMED and (" and %d more"):format(#list - NAMED) or "")
end

--- The units drawn that give fewer than `wanted` in a column of sample.units.
local function short(units, column, wanted, hidden)
  local list, names = {}, units:column "unit":list()
  for i, n in ipairs(units:column(column):list()) do
    if n < wanted then list[#list + 1] = { hidden and "***" or core.text.quote(tostring(names[i])), n } end
  end
  return list
end

--- Words on how many units chance has drawn, and on the strata of which it left none.
local function note_random(plan, units, how, notes)
  if #units ~= how.drawn then
    notes[1] = ("the number of units that %s draws is random: %d %s drawn where %d %s expected"):format(how.method, #units,
      plural(#units, "was", "were"), how.drawn, plural(how.drawn, "was", "were"))
  end
  local found, asked = {}, plan.strata:column "sample_units":list()
  for _, label in ipairs(units:column "stratum":list()) do found[label] = true end
  for h, label in ipairs(plan.strata:column "stratum":list()) do
    if not found[label] and asked[h] > 0 then
      notes[#notes + 1] = ("stratum '%s' gives no unit where %d %s expected: the sample says nothing of it"):format(label,
        asked[h], plural(asked[h], "was", "were"))
    end
  end
end

--- Words on what the units drawn could not give, and on how many they are where that is left to chance.
function stages.shortfall(plan, units, drawn)
  local notes, how = {}, core.plan.how(plan._core).stages
  local hidden = plan._about.private and plan._about.private[how.unit]
  note_random(plan, units, how, notes)
  local few = short(units, "sample", how.cases, hidden)
  if #few > 0 then
    notes[#notes + 1] = ("%d of %d units drawn %s fewer than %d cases (%s): %d cases are drawn, not %d"):format(#few, #units,
      plural(#few, "holds", "hold"), how.cases, named(few), drawn, #units * how.cases)
  end
  local spare = short(units, "reserve", how.reserve, hidden)
  if #spare > 0 then
    notes[#notes + 1] = ("%d of %d units drawn %s fewer than %d reserve%s (%s)"):format(#spare, #units,
      plural(#spare, "leaves", "leave"), how.reserve, plural(how.reserve, "", "s"), named(spare))
  end
  return notes
end

return stages
