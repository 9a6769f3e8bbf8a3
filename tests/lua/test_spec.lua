local assay = require "assay"
local refusal = require "support".refusal
local reference = require "reference"

local test = assay.test

--- The rows of tests.csv of a kind, and their tables "12;5|3;7" as lists of rows.
local function rows_of(kind)
  return reference.rows("tests.csv", function(row) return row.kind == kind end)
end

local function numbers(text)
  local list = {}
  for number in text:gmatch "[^;]+" do list[#list + 1] = math.tointeger(tonumber(number)) or tonumber(number) end
  return list
end

local function lists(text)
  local all = {}
  for part in text:gmatch "[^|]+" do all[#all + 1] = numbers((part:gsub("^%a=", ""))) end
  return all
end

local function same(got, want, id)
  if want == "nan" then return assert.is_nil(got, id) end
  if want == "inf" then return assert.equal(math.huge, got, id) end
  assert.is_true(got == tonumber(want) or reference.close(got, tonumber(want)), id)
end

describe("test", function()
  it("gives the fisher and chi-squared tests of the reference", function()
    local methods = { chi2_pearson = "pearson", chi2_n_minus_1 = "n_minus_1", chi2_yates = "yates", chi2_lr = "lr" }
    local sides = { fisher_two = "two", fisher_greater = "greater", fisher_less = "less", fisher_two_mid_p = "two" }
    local done = 0
    for _, row in ipairs(reference.rows("differences.csv", function(row)
      return methods[row.method] or sides[row.method] or row.method == "z_pooled_fpc"
    end)) do
      local x1, n1, x2, n2 = table.unpack(numbers(("%s;%s;%s;%s"):format(row.x1, row.n1, row.x2, row.n2)))
      local cells = { { x1, n1 - x1 }, { x2, n2 - x2 } }
      local found
      if sides[row.method] then
        found = test.fisher(cells, { side = sides[row.method], mid_p = row.method:find "mid" ~= nil })
      elseif row.method == "z_pooled_fpc" then
        found = test.chi_squared(cells, { populations = numbers(row.N1 .. ";" .. row.N2) })
      else
        found = test.chi_squared(cells, { method = methods[row.method] })
      end
      if row.statistic then same(found.statistic, row.statistic, row.id) end
      same(found.p_value, row.p_value, row.id)
      assert.equal(found.p_value == nil and "undefined" or nil, found.status)
      done = done + 1
    end
    assert.equal(44 + 44 + 5, done)
  end)

  it("gives the paired tests, kappas, common odds ratios and trends of the reference", function()
    local mcnemar = { exact_p = "exact", mid_p = "mid_p", chi2_p = "chi_squared", chi2_cc_p = "chi_squared_cc" }
    for _, row in ipairs(rows_of "mcnemar") do
      local b, c = row.input:match "b=(%d+);c=(%d+)"
      local changed = { { 0, math.tointeger(b) }, { math.tointeger(c), 0 } }
      if mcnemar[row.quantity] then
        same(test.mcnemar(changed, { method = mcnemar[row.quantity] }).p_value, row.value, row.id)
      end
    end
    local kappa = { kappa = "kappa", se = "se", po = "agreement", pe = "by_chance", pabak = "pabak" }
    for _, row in ipairs(rows_of "kappa") do
      local weights = row.quantity:match "^kappa_(%l+)"
      local found = test.kappa(lists(row.input), { confidence = 0.8, weights = weights })
      same(found[kappa[row.quantity] or "kappa"], row.value, row.id)
    end
    local names = { or_mh = "odds_ratio", or_lower = "lower", or_upper = "upper", rd_mh = "risk_difference",
      chi2 = "statistic", chi2_cc = "statistic", p = "p_value", p_cc = "p_value" }
    for _, row in ipairs(rows_of "mantel_haenszel") do
      local tables = {}
      for i, t in ipairs(lists(row.input)) do tables[i] = { { t[1], t[2] }, { t[3], t[4] } } end
      local found = test.mantel_haenszel(tables, {
        confidence = tonumber(row.param:match "level=(.*)"), corrected = row.quantity:find "_cc" ~= nil,
      })
      same(found[names[row.quantity]], row.value, row.id)
    end
    for _, row in ipairs(rows_of "trend") do
      local counts = lists(row.input)
      local found = test.trend(counts[1], counts[2], { scores = numbers((row.param:gsub("scores=", ""))) })
      same(found[row.quantity == "z" and "statistic" or "p_value"], row.value, row.id)
    end
  end)

  it("adjusts p-values as the reference does", function()
    local methods = { holm = "holm", bh = "benjamini_hochberg", bonferroni = "bonferroni" }
    local rows = rows_of "adjust"
    assert.equal(33, #rows)
    for _, row in ipairs(rows) do
      local found = test.adjust(numbers(row.input), { method = methods[row.quantity] })
      same(found[tonumber(row.param:match "index=(%d+)")], row.value, row.id)
    end
    local found = test.adjust { 0.01, 0 / 0, 0.04 }
    assert.same({ 0.02, 0.04 }, { found[1], found[3] })
    assert.is_true(found[2] ~= found[2])
    assert.matches("2 │ +NA", tostring(found))
    assert.equal(0, #test.adjust {})
  end)

  it("holds counts against shares and against the population they were drawn from", function()
    local found = test.goodness_of_fit({ 30, 40, 50 }, { shares = { 0.25, 0.25, 0.5 } })
    assert.is_true(reference.close(found.statistic, 5) and reference.close(found.p_value, math.exp(-2.5)))
    assert.equal("chi_squared", found.method)
    local drawn = test.goodness_of_fit({ 30, 40, 50 }, { population = { 100, 100, 200 } })
    assert.is_true(reference.close(drawn.statistic, 5 * 399 / 280))
    local few = test.goodness_of_fit({ 1, 1, 2 }, { shares = { 0.5, 0.3, 0.2 } })
    assert.equal("simulation", few.method)
    assert.equal(few.p_value, test.goodness_of_fit({ 1, 1, 2 }, { shares = { 0.5, 0.3, 0.2 } }).p_value)
    assert.not_equal(few.p_value,
      test.goodness_of_fit({ 1, 1, 2 }, { shares = { 0.5, 0.3, 0.2 }, seed = "another" }).p_value)
    assert.equal(1, test.goodness_of_fit({ 3, 4 }, { population = { 3, 4 } }).p_value)
  end)

  it("prints what it found in words", function()
    assert.equal("pearson: X2 = 0.199021, df 1, p = 0.6555, n = 132", tostring(test.chi_squared { { 27, 47 }, { 19, 39 } }))
    assert.matches("note: a cell expects only 1%.5 cases", tostring(test.chi_squared { { 1, 5 }, { 2, 4 } }))
    assert.equal("pearson: p is not defined, n = 3", (tostring(test.chi_squared { { 1, 2 }, { 0, 0 } }):gsub("\n.*", "")))
    assert.matches("^kappa 0%.400, 80%% limits 0%.237 to 0%.563; agreement 0%.700, by chance 0%.500",
      tostring(test.kappa({ { 20, 5 }, { 10, 15 } }, { confidence = 0.80 })))
    assert.matches("^odds ratio inf, 90%% limits NA to NA;",
      tostring(test.mantel_haenszel({ { { 12, 0 }, { 8, 3 } } }, { confidence = 0.90 })))
  end)

  it("refuses wrong arguments in words", function()
    local cases = {
      { test.chi_squared, "the table must be a list, not nil" },
      { test.chi_squared, "the table has no rows", {} },
      { test.chi_squared, "the table%[2%] has 1 columns: all rows have the same", { { 1, 2 }, { 3 } } },
      { test.chi_squared, "the table%[1%]%[2%] must be a count from 0 on, not 2%.5", { { 1, 2.5 }, { 3, 4 } } },
      { test.chi_squared, "the table%[1%]%[2%] must be a count from 0 on, not %-2", { { 1, -2 }, { 3, 4 } } },
      { test.chi_squared, "is 4294967296: counts are 2147483647 at the most", { { 1, 1 << 32 }, { 3, 4 } } },
      { test.chi_squared, "the table has 2147483652 cases", { { 2147483647, 0 }, { 3, 2 } } },
      { test.chi_squared, "must have two rows of two counts, not 2 of 3", { { 1, 2, 3 }, { 3, 4, 5 } }, { method = "yates" } },
      { test.chi_squared, "unknown method 'pearsons': did you mean 'pearson'", { { 1, 2 }, { 3, 4 } }, { method = "pearsons" } },
      { test.chi_squared, "row 1 has 3 cases, but its population has 2", { { 1, 2 }, { 3, 4 } }, { populations = { 2, 9 } } },
      { test.chi_squared, "row 2 has no cases", { { 1, 2 }, { 0, 0 } }, { populations = { 3, 9 } } },
      { test.chi_squared, "do not go together", { { 1, 2 }, { 3, 4 } }, { populations = { 9, 9 }, method = "lr" } },
      { test.chi_squared, "populations must be two numbers", { { 1, 2 }, { 3, 4 } }, { populations = { 9 } } },
      { test.fisher, "must have two rows of two counts, not 1 of 2", { { 1, 2 } } },
      { test.fisher, "has 2147483647 cases: 536870911 are the most", { { 2147483647, 0 }, { 0, 0 } } },
      { test.fisher, "unknown side 'right'", { { 1, 2 }, { 3, 4 } }, { side = "right" } },
      { test.mcnemar, "unknown method 'exactly': did you mean 'exact'", { { 1, 2 }, { 3, 4 } }, { method = "exactly" } },
      { test.mcnemar, "2147483647 cases changed", { { 0, 2147483647 }, { 0, 0 } } },
      { test.kappa, "'confidence' is needed", { { 1, 2 }, { 3, 4 } } },
      { test.kappa, "a row and a column for each of two or more", { { 1, 2 } }, { confidence = 0.8 } },
      { test.mantel_haenszel, "there are no tables", {}, { confidence = 0.8 } },
      { test.mantel_haenszel, "table 1 must have two rows of two counts, not 1 of 2", { { { 1, 2 } } }, { confidence = 0.8 } },
      { test.trend, "x%[2%] is 5, but n%[2%] is only 4", { 1, 5 }, { 3, 4 } },
      { test.trend, "x has 2 values and n has 1", { 1, 5 }, { 3 } },
      { test.trend, "x has 2 values and scores has 1", { 1, 5 }, { 3, 6 }, { scores = { 1 } } },
      { test.goodness_of_fit, "give shares or population", { 1, 5 } },
      { test.goodness_of_fit, "there are no counts", {}, { shares = {} } },
      { test.goodness_of_fit, "the shares add up to 0%.9, not to 1", { 1, 5 }, { shares = { 0.5, 0.4 } } },
      { test.goodness_of_fit, "shares%[1%] is a share between 0 and 1: 50%? write 0%.50", { 1, 5 }, { shares = { 50, 50 } } },
      { test.goodness_of_fit, "the counts has 2 values and shares has 1", { 1, 5 }, { shares = { 0.5 } } },
      { test.goodness_of_fit, "cell 2 has 5 cases, but its population has 4", { 1, 5 }, { population = { 3, 4 } } },
      { test.goodness_of_fit, "population%[1%] is 0", { 0, 5 }, { population = { 0, 9 } } },
      { test.goodness_of_fit, "seed is 1 to 64 of the characters", { 1, 5 }, { population = { 3, 9 }, seed = "a b" } },
      { test.goodness_of_fit, "replicates must be from 1 to 10000000, not 0", { 1, 5 },
        { population = { 3, 9 }, replicates = 0 } },
      { test.adjust, "the p%-value 2 is a share between 0 and 1: 5%? write 0%.05", { 0.5, 5 } },
      { test.adjust, "must be a list", 0.5 },
      { test.adjust, "unknown method 'bonferoni': did you mean 'bonferroni'", { 0.5 }, { method = "bonferoni" } },
    }
    for _, case in ipairs(cases) do
      assert.matches(case[2], refusal(case[1], table.unpack(case, 3, 5)).message)
    end
    assert.matches("unknown function of assay%.test 'chisq'", refusal(function() return test.chisq end).message)
  end)
end)
