-- waves.lua: the change between two samples that may have cases in common.

local core = require "assay.core"
local check = require "assay.check"
local published = require "assay.published".published
local table_text = require "assay.report.table"

local waves = {}

-- ---- what is asked ---------------------------------------------------------------------------

local pair_names = { "both", "first", "second", "neither" }

--- "unknown", a number of cases, or the counts of their answers both times.
local function common_of(name, value)
  if value == "unknown" then return value end
  if type(value) ~= "table" then return check.value(name, value, "count") end
  for _, key in ipairs(check.keys(value)) do check.one_of("count of cases in common", key, pair_names) end
  local pairs_of = {}
  for _, key in ipairs(pair_names) do
    pairs_of[key] = check.value(("%s.%s"):format(name, key), value[key] or 0, "count")
  end
  return pairs_of
end

local function two_populations(name, value)
  check.value(name, value, "list")
  if #value ~= 2 then
    return check.fail(("%s must be a list of two numbers of cases, such as { 254, 260 }"):format(name), name)
  end
  return { check.value(name .. "[1]", value[1], "population"), check.value(name .. "[2]", value[2], "population") }
end

local change_options = check.options("ChangeOptions", {
  confidence = "share!", method = { "newcombe", "wald", "tango" }, common = common_of, population = "population",
  populations = two_populations,
})

--- The counts of yes that { x, n }, or { percent = , n = } as it is printed, can stand for.
local function check_wave(name, wave, population)
  check.value(name, wave, "table")
  local n, counts
  if wave.percent ~= nil then
    for _, key in ipairs(check.keys(wave)) do check.one_of("field of " .. name, key, { "percent", "n" }) end
    n = check.value(name .. ".n", wave.n, "count")
    if n == 0 then return check.fail(("%s has a per cent of no cases"):format(name), name) end
    local fits, found = published.consistent(wave.percent, n)
    if not fits then
      return check.fail(("%s: no count of %d cases is printed as %s per cent"):format(name, n, tostring(wave.percent)), name)
    end
    counts = found
  else
    check.value(name, wave, "list")
    if #wave ~= 2 then
      return check.fail(("%s must be { yes, cases }, or { percent = , n = }"):format(name), name)
    end
    local x = check.value(name .. "[1]", wave[1], "count")
    n = check.value(name .. "[2]", wave[2], "count")
    if x > n then return check.fail(("%s: %d yes, but there are only %d cases"):format(name, x, n), name) end
    counts = { x }
  end
  if population and n > population then
    return check.fail(("%s: %d cases, but the population has %d"):format(name, n, population), name)
  end
  return { counts = counts, n = n, population = population, percent = wave.percent }
end

--- Numbers in common that the sizes of the samples do not allow.
local function check_count(m, a, b, population)
  local least, most = core.waves.common(a.n, b.n, population)
  if m >= least and m <= most then return end
  check.fail(("%d cases in common: samples of %d and %d%s have from %d to %d"):format(m, a.n, b.n,
    population and (" of a population of %d"):format(population) or "", least, most), "common")
end

local function check_pairs(p, a, b)
  local first, second = p.both + p.first, p.both + p.second
  local no_first, no_second = p.second + p.neither, p.first + p.neither
  for _, side in ipairs { { a, first, no_first, "first" }, { b, second, no_second, "second" } } do
    local wave, yes, no, name = side[1], side[2], side[3], side[4]
    local x = wave.counts[1]
    if yes > x or no > wave.n - x then
      check.fail(("cases in common: %d yes and %d no in the %s sample, which has %d and %d"):format(yes, no, name, x,
        wave.n - x), "common")
    end
  end
end

--- What is in common as core takes it: nil, a count or pairs; and the words for it.
local function check_common(common, a, b, o)
  if o.populations then
    if common and common ~= 0 then
      check.fail("samples drawn each from a population of its own are independent: leave 'common' out", "common")
    end
    return 0
  end
  if common == nil or common == "unknown" then return nil end
  if type(common) == "number" then
    check_count(common, a, b, o.population)
    return common
  end
  if a.percent or b.percent then
    check.fail("the answers of cases in common need counts, not per cents, of both samples", "common")
  end
  check_count(common.both + common.first + common.second + common.neither, a, b, o.population)
  check_pairs(common, a, b)
  return common
end

local function check_tango(method, common, a, b, o)
  if method ~= "tango" then return end
  local all = type(common) == "table" and a.n == b.n
    and common.both + common.first + common.second + common.neither == a.n
  if not all or o.population or o.populations then
    check.fail("'tango' is for the same cases both times: give common = { both = , first = , second = , neither = } "
      .. "with all of them, and no population", "method")
  end
end

-- ---- the result ------------------------------------------------------------------------------

local function points(value) return value and core.text.fixed(100 * value, 1) or "NA" end

local function show_wave(wave)
  return wave.percent and ("%s%% of %d"):format((tostring(wave.percent):gsub("%%$", "")), wave.n)
    or ("%d of %d"):format(wave.x, wave.n)
end

local Wave = check.result("Wave", { "x", "n", "population", "percent" }, show_wave)

local Change = check.result("Change", {
  "estimate", "lower", "upper", "narrow_lower", "narrow_upper", "correlation_least", "correlation_most", "common_least",
  "common_most", "first", "second", "confidence", "method", "status",
}, function(self)
  local line = ("%s, then %s: change %s points, %s%% limits %s to %s (%s%s)"):format(show_wave(self.first),
    show_wave(self.second), points(self.estimate), table_text.short(100 * self.confidence), points(self.lower),
    points(self.upper), self.method, self.status and ", " .. self.status or "")
  if self.common_least == self.common_most then
    return line .. (self.common_most == 0 and "" or ("\n%d cases in common"):format(self.common_most))
  end
  return line .. ("\n%d to %d cases in common, it is not known how many: at the shortest %s to %s"):format(
    self.common_least, self.common_most, points(self.narrow_lower), points(self.narrow_upper))
end)

--- Which of two the widest limits have, and the shortest that hold of both.
local wider = {
  lower = math.min, upper = math.max, narrow_lower = math.min, narrow_upper = math.max, correlation_least = math.min,
  correlation_most = math.max,
}

--- Limits that hold of both; what one of the two has not, neither has.
local function widen(all, one)
  if all == nil then return one end
  for name, choose in next, wider do all[name] = all[name] and one[name] and choose(all[name], one[name]) end
  all.status = all.status or one.status
  return all
end

--- The wave as it is given in the result.
local function shown(wave)
  local x = #wave.counts == 1 and wave.counts[1] or nil
  return setmetatable({ x = x, n = wave.n, population = wave.population, percent = wave.percent }, Wave)
end

-- Pairs of counts that are gone through: about a second.
local MOST_PAIRS = 1000000

--- Per cents of very many cases stand for more counts than can be gone through.
local function check_pairs_of_counts(a, b)
  local n = #a.counts * #b.counts
  if n > MOST_PAIRS then
    check.fail(("the per cents stand for %d and %d counts, which are %d pairs, and at most %d are gone through: give "
      .. "{ yes, cases }"):format(#a.counts, #b.counts, n, MOST_PAIRS), "the first sample")
  end
end

--- Per cents of many cases stand for several counts: limits hold for all of them, the estimate is that of the middle.
local function over_counts(a, b, compute)
  local all
  check_pairs_of_counts(a, b)
  for _, x1 in ipairs(a.counts) do
    for _, x2 in ipairs(b.counts) do all = widen(all, compute(x1, x2)) end
  end
  local middle = compute(a.counts[(#a.counts + 1) // 2], b.counts[(#b.counts + 1) // 2])
  all.estimate = middle.estimate
  return all
end

function waves.change(first, second, options)
  local o = change_options(options)
  if o.population and o.populations then
    check.fail("'population' is of both samples, 'populations' of each its own: give one of them", "populations")
  end
  local sizes = o.populations or { o.population, o.population }
  local a = check_wave("the first sample", first, sizes[1])
  local b = check_wave("the second sample", second, sizes[2])
  local common = check_common(o.common, a, b, o)
  local method = o.method or "newcombe"
  check_tango(method, common, a, b, o)
  local found = over_counts(a, b, function(x1, x2)
    return core.waves.change(method, x1, a.n, a.population, x2, b.n, b.population, o.population ~= nil, common, o.confidence)
  end)
  found.first, found.second, found.confidence, found.method = shown(a), shown(b), o.confidence, method
  return setmetatable(found, Change)
end

return waves
