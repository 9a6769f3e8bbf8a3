-- coverage.lua: how often the intervals of a method hold what they are about.

local core = require "assay.core"
local check = require "assay.check"
local table_text = require "assay.report.table"
local interval = require "assay.interval"

local coverage = {}

--- { min =, max = }: the shares that can be.
local function proportions(name, value)
  local given = check.value(name, value, "table")
  for _, key in ipairs(check.keys(given)) do
    if key ~= "min" and key ~= "max" then check.unknown("bound of " .. name, key, { "min", "max" }) end
  end
  local range = {
    min = given.min and check.value(name .. ".min", given.min, "proportion") or 0,
    max = given.max and check.value(name .. ".max", given.max, "proportion") or 1,
  }
  if range.min > range.max then check.fail(name .. ".min is above " .. name .. ".max", name) end
  return range
end

local coverage_options = check.options("CoverageOptions", {
  n = "count!", population = "population", confidence = "share!", method = "text", prior = interval.prior,
  proportions = proportions,
})

local function per_cent(share) return core.text.fixed(100 * share, 1) .. "%" end

local function points(share) return core.text.fixed(100 * share, 1) .. " points" end

--- Where the least coverage is: a number of cases, or a share next to which it is.
local function place(self)
  if not self.population then return "next to a share of " .. per_cent(self.at) end
  return ("where %d of the %d %s yes"):format(self.at_count, self.population, self.at_count == 1 and "is" or "are")
end

local function widths(self)
  if not self.mean_width then return "no count has limits" end
  return ("limits %s apart on average, %s at most%s"):format(points(self.mean_width), points(2 * self.max_half_width),
    self.undefined > 0 and (", none for %d counts"):format(self.undefined) or "")
end

local function show(self)
  local of = self.population and (" of %d"):format(self.population) or ""
  return ("%d %s%s, %s%% confidence (%s): covers %s at least, %s, and %s on average; %s"):format(self.n,
    self.n == 1 and "case" or "cases", of, table_text.short(100 * self.confidence), self.method,
    per_cent(self.minimum), place(self), per_cent(self.mean), widths(self))
end

local result = check.result("Coverage", {
  "minimum", "at", "at_count", "mean", "mean_width", "max_half_width", "undefined", "n", "population", "confidence",
  "method", "prior", "proportions",
}, show)

function coverage.coverage(options)
  local o = coverage_options(options)
  interval.check_counts(0, o.n, o.population)
  local ask = interval.request(o, o.population ~= nil)
  ask.population = o.population
  local range = o.proportions or { min = 0, max = 1 }
  local found = core.coverage.compute(o.n, ask, range.min, range.max)
  found.n, found.population, found.confidence = o.n, o.population, ask.confidence
  found.method, found.prior, found.proportions = ask.method, ask.prior, o.proportions
  return setmetatable(found, result)
end

return coverage
