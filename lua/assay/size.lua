-- size.lua: how many cases a margin asks for, and what margin a number of cases gives.

local core = require "assay.core"
local check = require "assay.check"

local size = {}

local by_width, needs_population = core.size.width_methods()
local methods = { "normal", table.unpack(by_width) }
local roundings = { "up", "nearest" }

-- ---- what is asked ---------------------------------------------------------------------------

local function above_zero(name, value)
  check.value(name, value, "number")
  if value > 0 then return value end
  return check.fail(("%s must be above 0, not %s"):format(name, core.text.number(value)), name)
end

-- a share above 0 that may be 1
local function rate(name, value)
  return value == 1 and value or check.value(name, value, "share")
end

local function some_cases(name, value)
  local n = check.value(name, value, "count")
  return n > 0 and n or check.fail(name .. " must be at least 1, not 0", name)
end

local function finite(name, value)
  if value == math.huge then return check.fail(name .. " must be a number of cases, not inf", name) end
  return check.value(name, value, "population")
end

--- A population, or those of strata by label: as a list in byte order, with their sum.
local function population_or_strata(name, value)
  if type(value) ~= "table" then return check.value(name, value, "population") end
  local strata = { sum = 0 }
  for i, label in ipairs(check.keys(value)) do
    if type(label) ~= "string" then
      return check.fail(("%s of strata is a table by label, such as { A = 84, B = 84 }"):format(name), name)
    end
    local quoted = ("%s of '%s'"):format(name, core.text.quote(label))
    strata[i] = { label = label, population = finite(quoted, value[label]) }
    strata.sum = strata.sum + strata[i].population
  end
  if #strata == 0 then return check.fail(name .. " names no stratum", name) end
  if strata.sum > 1 << 53 then return check.fail(name .. ": the strata have more than 2^53 cases together", name) end
  return strata
end

--- Two populations, of which either may be without end.
local function two_populations(name, value)
  check.value(name, value, "table")
  local two = {}
  for i, key in ipairs(check.keys(value)) do
    if key ~= i or i > 2 then return check.fail(name .. " must be a list of two numbers of cases", name) end
    two[i] = check.value(("%s[%d]"):format(name, i), value[i], "population")
  end
  if #check.keys(value) ~= 2 then return check.fail(name .. " must be a list of two numbers of cases", name) end
  return two
end

--- n of a population that is not smaller.
local function check_within(n, population)
  if population and n > population then
    return check.fail(("n is %d, but the population has %d cases"):format(n, population), "n")
  end
end

local function check_method(method, population)
  if needs_population[method] and population == nil then
    return check.fail(("%s needs a population: without one take clopper_pearson"):format(method), "population")
  end
end

local size_options = check.options("SampleSizeOptions", {
  population = population_or_strata, confidence = "share!", margin = "share!", proportion = "proportion",
  method = methods, deff = above_zero, response_rate = rate, rounding = roundings,
})

local margin_options = check.options("MarginOptions", {
  n = "count!", population = "population", confidence = "share!", proportion = "proportion",
  method = methods,
})

local confidence_options = check.options("ConfidenceOptions", {
  n = "count!", population = "population", margin = "share!", proportion = "proportion",
})

local range_options = check.options("PopulationRangeOptions", {
  n = some_cases, confidence = "share!", margin = "share!", proportion = "proportion",
  rounding = roundings,
})

local discovery_options = check.options("DiscoverySizeOptions", {
  population = "population", confidence = "share!", tolerable_rate = "share!", acceptance_number = "count",
})

local change_options = check.options("ChangeSizeOptions", {
  from = "proportion!", to = "proportion!", confidence = "share!", power = "share!", populations = two_populations,
})

-- ---- sample_size -----------------------------------------------------------------------------

local function show_strata(self)
  return ("%s\n%d cases in all where each stratum is to have this margin; %d for the %d together (%s)"):format(
    tostring(self.strata), self.n, self.overall.n, self.overall.population, self.convention)
end

local details = check.result("SampleSize",
  { "n", "answers", "raw", "first", "stable", "margin", "method", "population", "convention", "strata", "overall" },
  function(self)
    if self.strata then return show_strata(self) end
    local how = self.raw and core.text.fixed(self.raw, 2) .. " before rounding"
      or self.first < self.stable and ("%d would do, but not every number above it"):format(self.first)
      or "enough, as is every number above it"
    return ("%d cases: %s, margin %s (%s)"):format(self.n, how, core.text.fixed(self.margin, 4), self.convention)
  end)

local function convention(o, method, rounding)
  local parts = { method == "normal" and "normal approximation" or "half-width of " .. method }
  if method ~= "normal" then
    parts[2] = o.proportion and ("if %s of the cases are yes"):format(core.text.number(o.proportion)) or "for every count"
  end
  parts[#parts + 1] = type(o.population) == "table" and "each stratum by itself"
    or not o.population and "population without end"
    or (needs_population[method] and "exact for a population of %d" or "corrected for a population of %d"):format(o.population)
  if method == "normal" then parts[#parts + 1] = rounding == "up" and "rounded up" or "rounded to the nearest" end
  return table.concat(parts, ", ")
end

--- By the usual formula.
local function normal_size(o, population, found)
  local function ask(rounding)
    return core.size.sample_size(population, o.confidence, o.margin, o.proportion or 0.5,
      o.deff or 1, o.response_rate or 1, rounding)
  end
  found.n, found.answers, found.raw, found.margin = ask(o.rounding or "up")
  local _, holds = ask "up" -- this margin only falls as n grows: first and stable are one
  found.first, found.stable = holds, holds
end

--- By the width of intervals.
local function width_size(o, population, found)
  local first, stable, margin = core.size.width_size(o.margin, o.method, population, o.confidence, o.proportion)
  found.first = core.size.with_design(first, population, o.deff or 1)
  found.stable = core.size.with_design(stable, population, o.deff or 1)
  found.answers, found.margin = found.stable, margin
  found.n = core.size.with_response(found.answers, population, o.response_rate or 1)
end

--- One population's size and how it came about.
local function one_size(o, population)
  local found = { population = population, method = o.method or "normal" }
  check_method(found.method, population)
  if found.method == "normal" then normal_size(o, population, found) else width_size(o, population, found) end
  found.convention = convention({ population = population, proportion = o.proportion }, found.method, o.rounding or "up")
  return setmetatable(found, details)
end

--- The sizes of all strata, their sum, and beside it the size for all of their cases together.
local function strata_sizes(o)
  local found = { n = 0, answers = 0, population = o.population.sum, method = o.method or "normal" }
  local rows = {}
  for i, stratum in ipairs(o.population) do
    local one = one_size(o, stratum.population)
    found.n, found.answers = found.n + one.n, found.answers + one.answers
    rows[i] = { stratum.label, stratum.population, one.n, one.answers, one.first, one.stable, one.margin }
  end
  found.strata = require "assay.source".frame {
    columns = { "stratum", "population", "sample", "answers", "first", "stable", "margin" }, rows = rows,
    types = { stratum = "category" },
  }
  found.overall = one_size(o, o.population.sum)
  found.convention = convention(o, found.method, o.rounding or "up")
  return setmetatable(found, details)
end

function size.sample_size(options)
  local o = size_options(options)
  if o.rounding and (o.method or "normal") ~= "normal" then
    check.fail(("rounding goes with method normal: by %s a size is a whole number as it is found"):format(o.method), "rounding")
  end
  local found = type(o.population) == "table" and strata_sizes(o) or one_size(o, o.population)
  return found.n, found
end

-- ---- the others ------------------------------------------------------------------------------

function size.margin(options)
  local o = margin_options(options)
  check_within(o.n, o.population)
  local method = o.method or "normal"
  if method == "normal" then return core.size.margin(o.n, o.population, o.confidence, o.proportion or 0.5) end
  check_method(method, o.population)
  return core.size.width_margin(o.n, method, o.population, o.confidence, o.proportion)
end

function size.confidence(options)
  local o = confidence_options(options)
  check_within(o.n, o.population)
  return core.size.confidence(o.n, o.population, o.margin, o.proportion or 0.5)
end

function size.population_range(options)
  local o = range_options(options)
  if not o.n then return check.fail("'n' is needed", "n") end
  return core.size.population_range(o.n, o.confidence, o.margin, o.proportion or 0.5,
    o.rounding or "up")
end

function size.discovery_size(options)
  local o = discovery_options(options)
  if o.population and o.population > 0x7fffffff then
    check.fail(("population must be at most 2147483647, not %d: leave it out, it hardly matters there"):format(
      o.population), "population")
  end
  local accepted = o.acceptance_number or 0
  local n, failing = core.size.discovery(o.population, o.confidence, o.tolerable_rate, accepted)
  return n or check.fail(("no sample can show it: %s of %d cases are %d, and acceptance_number puts up with %d"):format(
    core.text.number(o.tolerable_rate), o.population, failing, accepted), "acceptance_number")
end

function size.change_size(options)
  local o = change_options(options)
  if o.from == o.to then
    check.fail(("from and to are both %s: no sample shows a change that is not there"):format(core.text.number(o.from)), "to")
  end
  local populations = o.populations or {}
  return core.size.change(o.from, o.to, o.confidence, o.power, populations[1], populations[2])
end

return size
