-- profile_spec.lua: caseloads by themselves, side by side, over time, and samples of them.

local assay = require "assay"
local support = require "support"
local refusal = support.refusal

local f = assay.frame { columns = { "case_id", "unit", "gender", "name" }, rows = {
  { "1", "B", "F", "Abel" }, { "2", "A", "M", "Cain" }, { "3", "A", "F", "Abel" }, { "4", nil, "F", "Cain" },
  { "5", "B", "M", "Abel" }, { "6", "B", "F", "Cain" }, { "7", "A", nil, "Abel" },
}, id = "case_id", types = { unit = "category", gender = "category", name = "category" }, private = "name" }

describe("profile", function()
  it("takes the categories but for the id, private ones and the groups", function()
    local plain = f:profile()
    assert.same({ "variable", "level", "cases", "share", "missing" }, plain.columns)
    assert.same({ "unit", "unit", "gender", "gender" }, plain:column("variable"):list())
    local by = f:profile { by = "gender" }
    assert.same({ "gender", "variable", "level", "cases", "share", "missing" }, by.columns)
    assert.same({ 1, 2, 1, 1, 1, 0 }, by:column("cases"):list())
    assert.same({ 1, 1, 0, 0, 0, 0 }, by:column("missing"):list())
  end)

  it("has Wilson's limits when a confidence is given, and no others", function()
    local limits = f:profile { columns = "unit", confidence = 0.80 }
    local want = assay.interval(3, 6, { confidence = 0.80, method = "wilson" })
    assert.near(want.lower, limits:column("lower")[1], 1e-12)
    assert.near(want.upper, limits:column("upper")[1], 1e-12)
    local g = f:where { unit = { missing = false } }
    local finite = g:profile { columns = "unit", confidence = 0.80, population = 10 }
    want = assay.interval(3, 6, { confidence = 0.80, method = "wilson", population = 10 })
    assert.near(want.lower, finite:column("lower")[1], 1e-12)
    local endless = g:profile { columns = "unit", confidence = 0.80, population = math.huge }
    assert.equal(limits:column("lower")[1], endless:column("lower")[1])
  end)

  it("takes a population for each group by its label", function()
    local known = f:where { unit = { missing = false }, gender = { missing = false } }
    local p = known:profile { columns = "gender", by = "unit", confidence = 0.8, population = { A = 2, B = math.huge } }
    assert.equal(0.5, p:column("lower")[1]) -- all of A
    local want = assay.interval(2, 3, { confidence = 0.8, method = "wilson" })
    assert.near(want.lower, p:column("lower")[3], 1e-12)
    local function message(population, by)
      return refusal(known.profile, known, { columns = "gender", by = by, confidence = 0.8, population = population }).message
    end
    assert.matches("the population of group 'B' is needed", message({ A = 2 }, "unit"))
    assert.matches("unknown group 'C'", message({ A = 2, B = 3, C = 4 }, "unit"))
    assert.matches("group 'B' has 3 cases, more than its population, 2", message({ A = 2, B = 2 }, "unit"))
    assert.matches("each group has a population of its own", message(12, "unit"))
    assert.matches("without 'by' the population is one number", message { A = 2 })
    assert.matches("the frame has 5 cases, more than its population, 4", message(4))
    assert.matches("population of 'A' must be a number of cases", message({ A = "x" }, "unit"))
    assert.matches("give 'confidence' too", refusal(known.profile, known, { population = 12 }).message)
  end)

  it("names no private group whose population is not given", function()
    local list = assay.frame { columns = { "name", "g" }, rows = { { "Abel", "x" }, { "Abel", "x" }, { "Cain", "y" } },
      types = { name = "category", g = "category" }, private = "name" }
    local function message(population)
      return refusal(list.profile, list, { columns = "g", by = "name", confidence = 0.8, population = population }).message
    end
    assert.equal("the population of group '***' is needed", message { x = 9 })
    assert.equal("unknown group 'Abe'", message { Abel = 9, Cain = 9, Abe = 9 })
  end)

  it("hides what is private, also in a message", function()
    assert.is_nil(tostring(f:profile { columns = "name" }):find "Abel")
    assert.is_nil(tostring(f:profile { columns = "unit", by = "name" }):find "Abel")
    local message = refusal(f.profile, f, { columns = "unit", by = "name", confidence = 0.8,
      population = { Abel = 1, Cain = 9 } }).message
    assert.matches("group '%*%*%*' has 4 cases", message)
  end)

  it("says what cannot be", function()
    assert.matches("unknown option 'column': did you mean 'columns'", refusal(f.profile, f, { column = "unit" }).message)
    assert.matches("unknown column 'gendr': did you mean 'gender'", refusal(f.profile, f, { columns = "gendr" }).message)
    assert.matches("column 'unit' is asked for twice", refusal(f.profile, f, { columns = "unit", by = "unit" }).message)
    assert.matches("80%? write 0.80", refusal(f.profile, f, { confidence = 80 }).message)
  end)
end)

describe("compare", function()
  local before = assay.frame { columns = { "case_id", "unit", "gender" }, rows = {
    { "1", "A", "F" }, { "2", "A", "M" }, { "3", "C", "F" }, { "4", "C" },
  }, id = "case_id", types = { unit = "category", gender = "category" } }

  it("puts two caseloads side by side", function()
    local both = f:compare(before, { columns = "unit", names = { "2018", "2019" } })
    assert.same({ "variable", "level", "cases_2018", "share_2018", "cases_2019", "share_2019", "difference",
      "std_difference" }, both.columns)
    assert.same({ "A", "B", "C" }, { table.unpack(both:column("level"):list(), 1, 3) })
    assert.same({ 3, 3, 0, 1 }, both:column("cases_2018"):list())
    assert.same({ 2, 0, 2, 0 }, both:column("cases_2019"):list())
    assert.near(2 / 4 - 3 / 7, both:column("difference")[1], 1e-15)
  end)

  it("takes the categories that both have, and groups", function()
    local both = f:compare(before, { by = "gender" })
    assert.same({ "gender", "variable", "level", "cases_this", "share_this", "cases_other", "share_other", "difference",
      "std_difference" }, both.columns)
    assert.same("unit", both:column("variable")[1])
    assert.is_nil(tostring(both):find "Abel")
  end)

  it("is 0 everywhere for a caseload beside itself", function()
    for row in f:compare(f):rows() do assert.equal(0, row.std_difference) end
  end)

  it("says what cannot be", function()
    assert.matches("must be a Frame, not nil", refusal(f.compare, f).message)
    assert.matches("unknown column 'name'", refusal(f.compare, f, before, { columns = "name" }).message)
    assert.matches("names are two", refusal(f.compare, f, before, { names = { "a" } }).message)
    assert.matches("names must differ", refusal(f.compare, f, before, { names = { "a", "a" } }).message)
  end)
end)

describe("trend", function()
  -- the rows of tests/reference/tests.csv: 27 of 74, 19 of 58, 26 of 69
  local rows = {}
  for period, counts in ipairs { { 27, 74 }, { 19, 58 }, { 26, 69 } } do
    for i = 1, counts[2] do
      rows[#rows + 1] = { ("2018-%02d"):format(period), i <= counts[1] and "Violence" or "Other", i % 2 == 0 and "A" or "B" }
    end
  end
  local cases = assay.frame { columns = { "month", "offence", "unit" }, rows = rows }

  it("gives shares and Cochran and Armitage's test", function()
    local shares, tests = cases:trend("month", { yes = { offence = "Violence" } })
    assert.same({ "month", "cases", "yes", "share" }, shares.columns)
    assert.same({ 27, 19, 26 }, shares:column("yes"):list())
    assert.same({ 74, 58, 69 }, shares:column("cases"):list())
    assert.near(0.13802474519860055, tests:column("z")[1], 1e-12)
    assert.near(0.8902208608772746, tests:column("p_value")[1], 1e-12)
    assert.matches("p_value", tostring(shares))
  end)

  it("has a test for each group", function()
    local shares, tests = cases:trend("month", { yes = { offence = "Violence" }, by = "unit" })
    assert.equal(6, #shares)
    assert.same({ "A", "B" }, tests:column("unit"):list())
    assert.same({ 3, 3 }, tests:column("periods"):list())
  end)

  it("leaves out what is not known, and says so", function()
    local holes = assay.frame { columns = { "year", "offence" }, rows = {
      { 2017, "Violence" }, { 2018, "Violence" }, { 2018 }, { nil, "Violence" }, { 2018, "Other" }, { 2017, "Other" },
    } }
    local shares, tests = holes:trend("year", { yes = { offence = "Violence" } })
    assert.same({ 2, 2 }, shares:column("cases"):list())
    assert.equal(2, tests:column("yes")[1])
    assert.matches("2 of 6 rows are left out: they have no year or no offence", tostring(shares))
    local unknown = holes:trend("year", { yes = { offence = { missing = true } } })
    assert.same({ 0, 1 }, unknown:column("yes"):list())
  end)

  it("says what cannot be", function()
    assert.matches("'yes' is needed", refusal(cases.trend, cases, "month").message)
    assert.matches("'yes' needs a condition", refusal(cases.trend, cases, "month", { yes = {} }).message)
    assert.matches("unknown column 'offense': did you mean 'offence'",
      refusal(cases.trend, cases, "month", { yes = { offense = "Violence" } }).message)
    assert.matches("has no level 'Violense': did you mean 'Violence'",
      refusal(cases.trend, cases, "month", { yes = { offence = "Violense" } }).message)
    assert.matches("column 'month' is asked for twice",
      refusal(cases.trend, cases, "month", { yes = { offence = "Violence" }, by = "month" }).message)
  end)
end)

describe("representativity", function()
  local sample = assay.plan { frame = support.cases(50), strata = "gender", size = 13 }:draw { seed = "s1" }

  it("has a row for each column and for their cross, and one for each level", function()
    local tests, levels = sample:representativity { "gender", "unit" }
    assert.same({ "gender", "unit", "gender / unit" }, tests:column("variable"):list())
    assert.equal("rounding", tests:column("match")[1])
    assert.same({ 16, 34 }, { levels:column("population")[1], levels:column("population")[2] })
    assert.equal("simulation", tests:column("method")[1]) -- 13 * 16 / 50 = 4.16 are expected
    assert.equal("simulation", tests:column("method")[3])
    local again = sample:representativity({ "gender", "unit" }, { seed = "s1" }) -- the sample's own
    assert.equal(tostring(tests), tostring(again))
  end)

  it("agrees with the balance", function()
    local _, levels = sample:representativity "unit"
    local balance = sample:balance "unit"
    assert.same(balance:column("sample"):list(), levels:column("sample"):list())
    for row in levels:rows() do
      local P, p = row.population / 50, row.sample / 13
      assert.near((p - P) / math.sqrt(P * (1 - P)), row.std_difference, 1e-12)
      assert.near((p - P) / math.sqrt(P * (1 - P) * (50 - 13) / (49 * 13)), row.z, 1e-12)
      assert.equal(math.abs(row.std_difference) > 0.1 and "yes" or "no", row.flag)
    end
  end)

  it("says what cannot be", function()
    assert.matches("unknown column 'gendre': did you mean 'gender'", refusal(sample.representativity, sample, "gendre").message)
    assert.matches("seed is 1 to 64", refusal(sample.representativity, sample, "unit", { seed = "a b" }).message)
    assert.matches("replicates must be from 1 to 10000000, not 0",
      refusal(sample.representativity, sample, "unit", { replicates = 0 }).message)
    assert.matches("column 'unit' is asked for twice", refusal(sample.representativity, sample, { "unit", "unit" }).message)
  end)
end)
