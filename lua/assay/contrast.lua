-- contrast.lua: two proportions compared: their difference, their ratio, the ratio of their odds.

local core = require "assay.core"
local check = require "assay.check"
local table_text = require "assay.report.table"

local contrast = {}

-- ---- what is asked ---------------------------------------------------------------------------

--- Two numbers of cases, of which either may be without end.
local function two_populations(name, value)
  check.value(name, value, "table")
  for _, key in ipairs(check.keys(value)) do
    if key ~= 1 and key ~= 2 then value = {} end
  end
  if value[1] == nil or value[2] == nil then
    return check.fail(name .. " must be a list of two numbers of cases, such as { 254, 260 }", name)
  end
  return {
    check.value(name .. "[1]", value[1], "population"), check.value(name .. "[2]", value[2], "population"),
  }
end

local function method_of(kind)
  return function(name, value) return check.value(name, value, core.contrast.methods(kind)) end
end

--- "mantel_haenszel", or a number for each stratum.
local function weights_of(name, value)
  if value == "mantel_haenszel" then return value end
  if type(value) == "string" then return check.one_of(name, value, { "mantel_haenszel" }) end
  check.value(name, value, "list")
  local list, sum = {}, 0
  for i, weight in ipairs(value) do
    list[i] = check.value(("%s[%d]"):format(name, i), weight, "number")
    if not (weight >= 0 and weight < math.huge) then
      check.fail(("%s[%d] is %s: a weight is 0 or more"):format(name, i, table_text.short(weight)), name)
    end
    sum = sum + weight
  end
  if sum == math.huge then check.fail("the sum of the weights is beyond all numbers", name) end
  return sum > 0 and list or check.fail("no stratum has a weight", name)
end

local options_of = {
  difference = check.options("DifferenceOptions", {
    confidence = "share!", method = method_of "difference", populations = two_populations, weights = weights_of,
  }),
  ratio = check.options("RatioOptions", { confidence = "share!", method = method_of "ratio" }),
  odds_ratio = check.options("OddsRatioOptions", { confidence = "share!", method = method_of "odds_ratio" }),
}

--- { x, n } and the population it is from, if any.
local function check_group(name, group, population)
  check.value(name, group, "list")
  if #group ~= 2 then
    return check.fail(("%s must be { yes, cases }, such as { 27, 74 }, not a list of %d"):format(name, #group), name)
  end
  local x, n = check.value(name .. "[1]", group[1], "count"), check.value(name .. "[2]", group[2], "count")
  if x > n then return check.fail(("%s: %d yes, but there are only %d cases"):format(name, x, n), name) end
  if population and n > population then
    return check.fail(("%s: %d cases, but the population has %d"):format(name, n, population), name)
  end
  return { x = x, n = n, population = population }
end

--- The method asked for, if there is one for populations where there are such.
local function choose(kind, method, finite)
  if not finite then return method or core.contrast.methods(kind)[1] end
  local usable = core.contrast.methods(kind, true)
  for _, name in ipairs(usable) do
    if method == nil or method == name then return name end
  end
  return check.fail(("'%s' has no form with populations: take one of %s"):format(method,
    table.concat(usable, ", ")), "method")
end

-- ---- the result ------------------------------------------------------------------------------

local function points(value)
  return value and core.text.fixed(100 * value, 1) or "NA"
end

local function times(value)
  if value == nil or value == math.huge then return value and "inf" or "NA" end
  return table_text.fixed(value, 3)
end

local function show_group(group)
  return ("%d of %d%s"):format(group.x, group.n, group.population and (" of %d"):format(group.population) or "")
end

local words = {
  difference = { "difference %s points", points }, ratio = { "ratio %s", times }, odds_ratio = { "odds ratio %s", times },
}

local function show(self)
  local text, value = words[self.kind][1], words[self.kind][2]
  return ("%s against %s: %s, %s%% limits %s to %s (%s%s)"):format(show_group(self.first),
    show_group(self.second), text:format(value(self.estimate)), table_text.short(100 * self.confidence), value(self.lower),
    value(self.upper), self.method, self.status and ", " .. self.status or "")
end

local result = check.result("Contrast", {
  "kind", "estimate", "lower", "upper", "first", "second", "confidence", "method", "status",
}, show)

local group_result = check.result("ContrastGroup", { "x", "n", "population" }, show_group)

local function compare(kind, first, second, options)
  local o = options_of[kind](options)
  local populations = o.populations or {}
  local a = check_group("the first group", first, populations[1])
  local b = check_group("the second group", second, populations[2])
  local method = choose(kind, o.method, a.population or b.population)
  local found = core.contrast.compute(kind, method, a.x, a.n, a.population, b.x, b.n, b.population, o.confidence)
  found.kind, found.confidence, found.method = kind, o.confidence, method
  found.first, found.second = setmetatable(a, group_result), setmetatable(b, group_result)
  return setmetatable(found, result)
end

-- ---- over strata -----------------------------------------------------------------------------

local score_methods = { "miettinen_nurminen", "mee" }

local Strata = check.result("StratifiedContrast", {
  "kind", "estimate", "lower", "upper", "strata", "weights", "confidence", "method", "status",
}, function(self)
  return ("%d strata: difference %s points, %s%% limits %s to %s (%s%s)"):format(self.strata, points(self.estimate),
    table_text.short(100 * self.confidence), points(self.lower), points(self.upper), self.method,
    self.status and ", " .. self.status or "")
end)

--- Groups one behind the other.
local function flat_groups(name, groups)
  local flat = {}
  for i, group in ipairs(groups) do
    local one = check_group(("stratum %d of %s"):format(i, name), group)
    flat[#flat + 1], flat[#flat + 2] = one.x, one.n
  end
  return flat
end

local function compare_strata(first, second, options)
  local o = options_of.difference(options)
  check.value("the second group", second, "list")
  if #second ~= #first then
    check.fail(("the first group has %d strata and the second %d"):format(#first, #second), "the second group")
  end
  if o.populations then check.fail("'populations' do not go with strata", "populations") end
  local method = check.one_of("method", o.method or score_methods[1], score_methods)
  local weights = type(o.weights) == "table" and o.weights or nil
  if weights and #weights ~= #first then
    check.fail(("weights are given for %d of %d strata"):format(#weights, #first), "weights")
  end
  local found = core.contrast.strata(method, flat_groups("the first group", first),
    flat_groups("the second group", second), weights, o.confidence)
  found.kind, found.confidence, found.method, found.strata = "difference", o.confidence, method, #first
  found.weights = weights or "mantel_haenszel"
  return setmetatable(found, Strata)
end

function contrast.difference(first, second, options)
  if type(first) == "table" and type(first[1]) == "table" then return compare_strata(first, second, options) end
  if type(options) == "table" and options.weights then
    check.fail("'weights' are for strata: give each group as a list of { yes, cases }", "weights")
  end
  return compare("difference", first, second, options)
end

function contrast.ratio(first, second, options) return compare("ratio", first, second, options) end

function contrast.odds_ratio(first, second, options) return compare("odds_ratio", first, second, options) end

return contrast
