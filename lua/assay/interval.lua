-- interval.lua: confidence intervals for a proportion.

local core = require "assay.core"
local check = require "assay.check"

local interval = {}

local function method_name(name, value)
  return check.value(name, value, core.interval.methods())
end

local interval_options = check.options("IntervalOptions", {
  confidence = "share!", method = method_name, population = "population",
  side = { "two", "lower", "upper" },
})

local function per_cent(share)
  return share and core.text.fixed(100 * share, 1) .. "%" or "NA"
end

local sides = { two = "%.6g%% limits", lower = "%.6g%% lower limit", upper = "%.6g%% upper limit" }

local function show(self)
  local of = self.population and (" of %d"):format(self.population) or ""
  return ("%d of %d%s: %s, %s %s to %s (%s%s)"):format(self.x, self.n, of, per_cent(self.estimate),
    sides[self.side]:format(100 * self.confidence), per_cent(self.lower),
    per_cent(self.upper), self.method, self.status and ", " .. self.status or "")
end

local result = check.result("Interval", {
  "estimate", "lower", "upper", "x", "n", "population", "confidence", "method", "side", "status",
}, show)

local function check_counts(x, n, population)
  if x > n then
    return check.fail(("x is %d, but there are only %d cases"):format(x, n), "x")
  end
  if population and n > population then
    return check.fail(("n is %d, but the population has %d cases"):format(n, population), "n")
  end
end

--- The method asked for, of those that there are for such a population.
local function choose(o)
  if o.method == nil and o.population == nil then return "wilson" end
  local usable = core.interval.methods(o.population)
  if o.method then return check.one_of("method", o.method, usable) end
  return check.fail(("with a population 'method' is needed, one of %s: each is corrected for a "
    .. "finite population and none of them is exact there, so none is taken unasked"):format(
    table.concat(usable, ", ")), "method")
end

function interval.interval(x, n, options)
  x, n = check.value("x", x, "count"), check.value("n", n, "count")
  local o = interval_options(options)
  check_counts(x, n, o.population)
  local method, side = choose(o), o.side or "two"
  local found = core.interval.compute(method, x, n, o.population, o.confidence, side)
  found.x, found.n, found.population = x, n, o.population
  found.confidence, found.method, found.side = o.confidence, method, side
  return setmetatable(found, result)
end

return interval
