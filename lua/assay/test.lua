-- test.lua: tests of counts.

local core = require "assay.core"
local check = require "assay.check"
local table_text = require "assay.report.table"

local test = {}

-- ---- what is tested ------------------------------------------------------------------------------

--- A count that core's arithmetic takes.
local function count(name, value)
  local n = check.value(name, value, "count")
  if n <= core.test.most then return n end
  return check.fail(("%s is %d: counts are %d at the most"):format(name, n, core.test.most), name)
end

local function counts(name, list)
  check.value(name, list, "list")
  local checked, sum = {}, 0
  for i, value in ipairs(list) do
    checked[i] = count(("%s[%d]"):format(name, i), value)
    sum = sum + checked[i]
  end
  if sum > core.test.most then
    check.fail(("%s has %d cases: %d are the most"):format(name, sum, core.test.most), name)
  end
  return checked, sum
end

--- The rows of a table, each as long as the first, one behind the other.
local function cells(name, rows)
  check.value(name, rows, "list")
  if #rows == 0 then return check.fail(("%s has no rows"):format(name), name) end
  local flat = {}
  for i, row in ipairs(rows) do
    local label = ("%s[%d]"):format(name, i)
    check.value(label, row, "list")
    if #row == 0 or #row ~= #rows[1] then
      check.fail(("%s has %d columns: all rows have the same, and at least one"):format(label, #row), name)
    end
    for _, value in ipairs((counts(label, row))) do flat[#flat + 1] = value end
  end
  local _, sum = counts(name, flat)
  return { rows = #rows, columns = #rows[1], counts = flat, n = sum }
end

local function two_by_two(name, rows)
  local found = cells(name, rows)
  if found.rows == 2 and found.columns == 2 then return found end
  return check.fail(("%s must have two rows of two counts, not %d of %d"):format(name, found.rows, found.columns), name)
end

--- Lists that must be as long as the first of them.
local function same_length(lists, names)
  for i, list in ipairs(lists) do
    if #list ~= #lists[1] then
      check.fail(("%s has %d values and %s has %d"):format(names[1], #lists[1], names[i], #list), names[i])
    end
  end
end

-- ---- results -------------------------------------------------------------------------------------

local function number(value) return value and table_text.short(value) or "NA" end

local function p_words(p)
  if not p then return "p is not defined" end
  return p < 0.0001 and "p < 0.0001" or "p = " .. core.text.fixed(p, 4)
end

local Test = check.result("Test", { "statistic", "df", "p_value", "slope", "method", "side", "n", "smallest_expected",
  "status" }, function(self)
  local words = self.statistic and (self.df and ("X2 = %s, df %d, "):format(number(self.statistic), self.df)
    or ("z = %s, "):format(number(self.statistic))) or ""
  local line = ("%s: %s%s, n = %d"):format(self.method, words, p_words(self.p_value), self.n)
  if self.slope then line = line .. (", %s for each unit of the score"):format(number(self.slope)) end
  if self.method ~= "simulation" and self.smallest_expected and self.smallest_expected < 5 then
    line = line .. ("\nnote: a cell expects only %s cases: the p-value is a rough one"):format(
      core.text.fixed(self.smallest_expected, 1))
  end
  return line
end)

--- A result of core made one of the library's.
local function result(found, about)
  for name, value in next, about do found[name] = value end
  if found.p_value == nil then found.status = "undefined" end
  return setmetatable(found, Test)
end

-- ---- tables of counts ----------------------------------------------------------------------------

local function populations(name, value)
  if #counts(name, value) == 2 then return value end
  return check.fail(("%s must be two numbers of cases"):format(name), name)
end

local chi_squared_options = check.options("ChiSquaredOptions", {
  method = core.test.chi_squared_methods(), populations = populations,
})

--- The rows of a 2 x 2 table as samples { yes, no } of two finite populations.
local function pooled(found, sizes)
  local x, n = { found.counts[1], found.counts[3] }, {}
  for i = 1, 2 do
    n[i] = x[i] + found.counts[2 * i]
    if n[i] == 0 then check.fail(("row %d has no cases"):format(i), "the table") end
    if n[i] > sizes[i] then
      check.fail(("row %d has %d cases, but its population has %d"):format(i, n[i], sizes[i]), "populations")
    end
  end
  return result(core.test.pooled_fpc(x, n, sizes), { method = "pooled_fpc", n = found.n })
end

function test.chi_squared(rows, options)
  options = chi_squared_options(options)
  if options.populations then
    if options.method then check.fail("'method' and 'populations' do not go together", "method") end
    return pooled(two_by_two("the table", rows), options.populations)
  end
  local method = options.method or "pearson"
  local found = method == "yates" and two_by_two("the table", rows) or cells("the table", rows)
  return result(core.test.chi_squared(method, found.rows, found.columns, found.counts),
    { method = method, n = found.n })
end

local fisher_options = check.options("FisherOptions", { side = { "two", "greater", "less" }, mid_p = "boolean" })

function test.fisher(rows, options)
  options = fisher_options(options)
  local found, side = two_by_two("the table", rows), options.side or "two"
  if found.n > core.test.most // 4 then
    check.fail(("the table has %d cases: %d are the most"):format(found.n, core.test.most // 4), "the table")
  end
  return result(core.test.fisher(found.counts, side, options.mid_p or false),
    { method = options.mid_p and "fisher mid_p" or "fisher", side = side, n = found.n })
end

local trend_options = check.options("TrendTestOptions", { scores = "list" })

function test.trend(x, n, options)
  options = trend_options(options)
  local yes, all = counts("x", x), counts("n", n)
  local scores, sum = {}, 0
  for i = 1, options.scores and #options.scores or #yes do
    scores[i] = options.scores and check.value(("scores[%d]"):format(i), options.scores[i], "number") or i
  end
  same_length({ yes, all, scores }, { "x", "n", "scores" })
  for i = 1, #yes do
    if yes[i] > all[i] then check.fail(("x[%d] is %d, but n[%d] is only %d"):format(i, yes[i], i, all[i]), "x") end
    sum = sum + all[i]
  end
  return result(core.test.trend(yes, all, scores), { method = "cochran_armitage", n = sum })
end

-- ---- the same cases twice ------------------------------------------------------------------------

local mcnemar_options = check.options("McNemarOptions", {
  method = { "exact", "mid_p", "chi_squared", "chi_squared_cc" },
})

function test.mcnemar(rows, options)
  options = mcnemar_options(options)
  local found, method = two_by_two("the table", rows), options.method or "exact"
  local b, c = found.counts[2], found.counts[3]
  for i, changed in ipairs { b, c } do
    if changed > core.test.most // 2 then
      check.fail(("%d cases changed: %d are the most"):format(changed, core.test.most // 2), i == 1 and "b" or "c")
    end
  end
  return result(core.test.mcnemar(method, b, c), { method = "mcnemar " .. method, n = found.n })
end

local kappa_options = check.options("KappaOptions", {
  confidence = "share!", weights = { "none", "linear", "quadratic" },
})

local Kappa = check.result("Kappa", { "kappa", "se", "lower", "upper", "agreement", "by_chance", "pabak", "n",
  "confidence", "weights", "status" }, function(self)
  local function show(value) return value and core.text.fixed(value, 3) or "NA" end
  return ("kappa %s, %s%% limits %s to %s; agreement %s, by chance %s, prevalence-adjusted %s; n = %d%s"):format(
    show(self.kappa), number(100 * self.confidence), show(self.lower), show(self.upper), show(self.agreement),
    show(self.by_chance), show(self.pabak), self.n, self.weights == "none" and "" or ", weights " .. self.weights)
end)

function test.kappa(rows, options)
  options = kappa_options(options)
  local table_of, weights = cells("the table", rows), options.weights or "none"
  if table_of.rows ~= table_of.columns or table_of.rows < 2 then
    check.fail(("the table must have a row and a column for each of two or more categories, not %d and %d"):format(
      table_of.rows, table_of.columns), "the table")
  end
  local found = core.test.kappa(weights, table_of.rows, table_of.counts, options.confidence)
  found.n, found.confidence, found.weights = table_of.n, options.confidence, weights
  if found.kappa == nil then found.status = table_of.n == 0 and "no_data" or "undefined" end
  return setmetatable(found, Kappa)
end

-- ---- several tables ------------------------------------------------------------------------------

local mantel_haenszel_options = check.options("MantelHaenszelOptions", {
  confidence = "share!", corrected = "boolean",
})

local MantelHaenszel = check.result("MantelHaenszel", { "odds_ratio", "lower", "upper", "risk_difference", "statistic",
  "df", "p_value", "tables", "used", "n", "confidence", "status" }, function(self)
  return ("odds ratio %s, %s%% limits %s to %s; difference %s; X2 = %s, df 1, %s; %d of %d tables used, n = %d"):format(
    number(self.odds_ratio), number(100 * self.confidence), number(self.lower), number(self.upper),
    number(self.risk_difference), number(self.statistic), p_words(self.p_value), self.used, self.tables, self.n)
end)

function test.mantel_haenszel(tables, options)
  options = mantel_haenszel_options(options)
  check.value("the tables", tables, "list")
  if #tables == 0 then check.fail("there are no tables", "the tables") end
  local flat, n = {}, 0
  for i, rows in ipairs(tables) do
    local one = two_by_two(("table %d"):format(i), rows)
    table.move(one.counts, 1, 4, #flat + 1, flat)
    n = n + one.n
  end
  local found = core.test.mantel_haenszel(flat, options.confidence, options.corrected or false)
  found.tables, found.n, found.confidence = #tables, n, options.confidence
  if found.odds_ratio == nil or found.lower == nil then found.status = "undefined" end
  return setmetatable(found, MantelHaenszel)
end

-- ---- goodness of fit -----------------------------------------------------------------------------

local REPLICATES, SEED = 9999, "goodness-of-fit"

local fit_options = check.options("GoodnessOfFitOptions", {
  shares = "list", population = "list", seed = "seed", replicates = "replicates",
})

local function check_shares(list)
  local shares, sum = {}, 0
  for i, value in ipairs(list) do
    shares[i] = check.value(("shares[%d]"):format(i), value, "share")
    sum = sum + shares[i]
  end
  if math.abs(sum - 1) > 1e-9 then
    check.fail(("the shares add up to %s, not to 1"):format(number(sum)), "shares")
  end
  return shares
end

local function check_population(list, observed)
  local population = counts("population", list)
  same_length({ observed, population }, { "the counts", "population" })
  for i, n in ipairs(population) do
    if n == 0 then check.fail(("population[%d] is 0: leave such a cell out"):format(i), "population") end
    if observed[i] > n then
      check.fail(("cell %d has %d cases, but its population has %d"):format(i, observed[i], n), "population")
    end
  end
  return population
end

function test.goodness_of_fit(observed, options)
  options = fit_options(options)
  local list, n = counts("the counts", observed)
  if (options.shares == nil) == (options.population == nil) then
    check.fail("give shares or population, which the counts are held against", "shares")
  end
  if #list == 0 then check.fail("there are no counts", "the counts") end
  if options.seed then core.record.seed(options.seed) end
  local seed, replicates = options.seed or SEED, options.replicates or REPLICATES
  if options.population then
    return result(core.test.fit_population(check_population(options.population, list), list, seed, replicates), { n = n })
  end
  same_length({ list, options.shares }, { "the counts", "shares" })
  return result(core.test.fit_shares(check_shares(options.shares), list, seed, replicates), { n = n })
end

-- ---- many tests ----------------------------------------------------------------------------------

local adjust_options = check.options("AdjustOptions", { method = { "holm", "benjamini_hochberg", "bonferroni" } })

--- A p-value, or NaN for a test that has none.
local function p_value(name, value)
  if value ~= value then return value end
  return check.value(name, value, "proportion")
end

local Adjusted = { __name = "assay.Adjusted", __metatable = "assay.Adjusted" }

function Adjusted.__tostring(self)
  local lines = {}
  for i, p in ipairs(self) do lines[i] = { tostring(i), p == p and core.text.fixed(p, 4) or "NA" } end
  return table_text.lines({ { name = "test", right = true }, { name = "p_value", right = true } }, lines)
end

function test.adjust(list, options)
  options = adjust_options(options)
  check.value("the p-values", list, "list")
  local checked = {}
  for i, value in ipairs(list) do checked[i] = p_value(("the p-value %d"):format(i), value) end
  return setmetatable(core.test.adjust(options.method or "holm", checked), Adjusted)
end

return { test = check.group("test", test) }
