-- size.lua: how many cases a margin asks for, and what margin a number of cases gives.

local core = require "assay.core"
local check = require "assay.check"

local size = {}

local methods = { "normal" }
local roundings = { "up", "nearest" }

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

--- n of a population that is not smaller.
local function check_within(n, population)
  if population and n > population then
    return check.fail(("n is %d, but the population has %d cases"):format(n, population), "n")
  end
end

local size_options = check.options("SampleSizeOptions", {
  population = "population", confidence = "share!", margin = "share!", proportion = "proportion",
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

local details = check.result("SampleSize",
  { "n", "answers", "raw", "first", "stable", "margin", "convention" },
  function(self)
    return ("%d cases: %s before rounding, margin %s (%s)"):format(self.n,
      core.text.fixed(self.raw, 2), core.text.fixed(self.margin, 4), self.convention)
  end)

local function convention(o, rounding)
  local parts = { "normal approximation" }
  parts[#parts + 1] = o.population and ("corrected for a population of %d"):format(o.population)
    or "population without end"
  parts[#parts + 1] = rounding == "up" and "rounded up" or "rounded to the nearest"
  return table.concat(parts, ", ")
end

function size.sample_size(options)
  local o = size_options(options)
  local rounding = o.rounding or "up"
  local function ask(round)
    return core.size.sample_size(o.population, o.confidence, o.margin, o.proportion or 0.5,
      o.deff or 1, o.response_rate or 1, round)
  end
  local n, answers, raw, margin = ask(rounding)
  local _, holds = ask "up" -- the normal margin only falls as n grows: first and stable are one
  return n, setmetatable({
    n = n, answers = answers, raw = raw, first = holds, stable = holds, margin = margin,
    convention = convention(o, rounding),
  }, details)
end

function size.margin(options)
  local o = margin_options(options)
  check_within(o.n, o.population)
  return core.size.margin(o.n, o.population, o.confidence, o.proportion or 0.5)
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

return size
