local assay = require "assay"
local refusal = require "support".refusal
local reference = require "reference"

-- What assay.interval calls the methods of the reference that have other names there.
local methods = {
  clopper_pearson_neff_fpc = "clopper_pearson", jeffreys_neff_fpc = "jeffreys",
  bayes_uniform = "bayes", bayes_beta_2_3 = "bayes", bayes_jeffreys = "bayes", hyper_lower = "hyper_tail",
  hyper_upper = "hyper_tail",
}
local priors = { bayes_uniform = { 1, 1 }, bayes_beta_2_3 = { 2, 3 }, bayes_jeffreys = { 0.5, 0.5 } }
local sides = { hyper_lower = "lower", hyper_upper = "upper" }

local function whole(text) return math.tointeger(tonumber(text)) end

local function ask(row)
  return assay.interval(whole(row.x), whole(row.n), {
    method = methods[row.method] or row.method:gsub("_fpc$", ""), confidence = tonumber(row.level),
    population = row.N and whole(row.N), prior = priors[row.method], side = sides[row.method],
  })
end

local function limit(got, want)
  if want == "nan" then return got == nil end
  return got == tonumber(want) or reference.close(got, tonumber(want))
end

describe("interval", function()
  it("gives every interval of the reference", function()
    local rows = reference.rows("intervals_one_sample.csv", function() return true end)
    assert.equal(518, #rows)
    for _, row in ipairs(rows) do
      local found = ask(row)
      assert.is_true(limit(found.lower, row.lower), row.id .. " lower")
      assert.is_true(limit(found.upper, row.upper), row.id .. " upper")
    end
  end)

  it("counts the cases of every population of the reference", function()
    local rows = reference.rows("hypergeometric_intervals.csv", function() return true end)
    assert.equal(176, #rows)
    for _, row in ipairs(rows) do
      local found = ask(row)
      assert.equal(whole(row.M_lower), found.lower_count, row.id)
      assert.equal(whole(row.M_upper), found.upper_count, row.id)
    end
  end)

  it("takes wilson where there is no population and nothing else is said", function()
    local found = assay.interval(27, 74, { confidence = 0.80 })
    assert.equal("wilson", found.method)
    assert.equal(0.80, found.confidence)
    assert.equal(27 / 74, found.estimate)
    assert.is_nil(found.status)
    assert.is_nil(found.population)
    assert.equal("27 of 74: 36.5%, 80% limits 29.7% to 43.9% (wilson)", tostring(found))
  end)

  it("has no estimate where nothing was counted", function()
    local found = assay.interval(0, 0, { confidence = 0.95 })
    assert.equal("no_data", found.status)
    assert.is_nil(found.estimate)
    assert.same({ 0, 1 }, { found.lower, found.upper })
    assert.matches("^0 of 0: NA, 95%% limits 0%.0%% to 100%.0%%", tostring(found))
  end)

  it("leaves the whole of the rest in the tail of a one-sided limit", function()
    local two = assay.interval(5, 20, { confidence = 0.80 })
    local lower = assay.interval(5, 20, { confidence = 0.90, side = "lower" })
    assert.is_true(reference.close(lower.lower, two.lower))
    assert.equal(1, lower.upper)
    local upper = assay.interval(5, 20, {
      confidence = 0.90, side = "upper", population = 50, method = "wilson",
    })
    assert.equal(5 / 50, upper.lower)
    assert.matches("^5 of 20 of 50: 25%.0%%, 90%% upper limit 10%.0%% to", tostring(upper))
  end)

  it("is a point where the whole population was counted", function()
    local found = assay.interval(5, 20, { confidence = 0.80, population = 20, method = "wald" })
    assert.same({ 0.25, 0.25, 0.25 }, { found.lower, found.estimate, found.upper })
  end)

  it("counts cases where there is a population and nothing else is said", function()
    local found = assay.interval(5, 20, { confidence = 0.80, population = 50 })
    assert.equal("hyper_tail", found.method)
    assert.same({ 8, 19 }, { found.lower_count, found.upper_count })
    assert.same({ 8 / 50, 19 / 50 }, { found.lower, found.upper })
    assert.equal("5 of 20 of 50: 25.0%, 80% limits 16.0% to 38.0% (hyper_tail, 8 to 19 of the 50 cases)", tostring(found))
  end)

  it("names the nearest option when one is mistyped", function()
    assert.matches("unknown option 'confidance': did you mean 'confidence'%?",
      refusal(assay.interval, 1, 2, { confidance = 0.9 }).message)
  end)

  it("refuses wrong arguments in words", function()
    local cases = {
      { 5, 20, { confidence = 80 }, "80%? write 0%.80" },
      { 5, 20, {}, "'confidence' is needed" },
      { 5, 20, nil, "'confidence' is needed" },
      { 5, 20, { confidence = 0.80, method = "wlison" }, "unknown method 'wlison': did you mean 'wilson'%?" },
      { 5, 20, { confidence = 0.80, side = "left" }, "unknown side 'left'" },
      { 5, 20, { confidence = 0.80, population = 10, method = "wald" },
        "n is 20, but the population has 10 cases" },
      { 21, 20, { confidence = 0.80 }, "x is 21, but there are only 20 cases" },
      { 2.5, 20, { confidence = 0.80 }, "x must be a count from 0 on, not 2%.5" },
      { -1, 20, { confidence = 0.80 }, "x must be a count from 0 on, not %-1" },
      { 5, nil, { confidence = 0.80 }, "n must be a count from 0 on, not nil" },
    }
    for _, case in ipairs(cases) do
      assert.matches(case[4], refusal(assay.interval, case[1], case[2], case[3]).message)
    end
  end)

  it("names the methods that there are", function()
    local infinite = refusal(assay.interval, 5, 20, { confidence = 0.80, method = "exact" }).message
    assert.equal("unknown method 'exact': without a population the methods are wald, wald_cc, wilson, wilson_cc, "
      .. "agresti_coull, clopper_pearson, mid_p, jeffreys, jeffreys_mod, arcsine, logit, lrt, blaker, bayes", infinite)
    local finite = refusal(assay.interval, 5, 20, { confidence = 0.80, method = "mid_p", population = 50 }).message
    assert.matches("^there is no method 'mid_p' with a population: with a population the methods are wald, .*hyper_tail", finite)
    assert.matches("^there is no method 'hyper_tail' without a population: ",
      refusal(assay.interval, 5, 20, { confidence = 0.80, method = "hyper_tail" }).message)
  end)

  it("takes a prior with bayes alone, and Jeffreys' if none is given", function()
    local found = assay.interval(5, 20, { confidence = 0.80, method = "bayes" })
    assert.same({ 0.5, 0.5 }, found.prior)
    local jeffreys = assay.interval(5, 20, { confidence = 0.80, method = "jeffreys" })
    assert.same({ jeffreys.lower, jeffreys.upper }, { found.lower, found.upper })
    assert.matches("%(bayes, prior 1, 2%.5%)$",
      tostring(assay.interval(5, 20, { confidence = 0.80, method = "bayes", prior = { 1, 2.5 } })))
    for _, bad in ipairs {
      { { 0, 1 }, "prior is two numbers above 0" }, { { 1 }, "prior must be a number, not nil" },
      { { 1, 0 / 0 }, "prior must be a number" }, { { 1, 1, 1 }, "prior is two numbers, not 3" }, { 1, "prior must be a list" },
    } do
      assert.matches(bad[2], refusal(assay.interval, 5, 20, { confidence = 0.80, method = "bayes", prior = bad[1] }).message)
    end
    assert.matches("'prior' goes with method bayes, not with wilson",
      refusal(assay.interval, 5, 20, { confidence = 0.80, prior = { 1, 1 } }).message)
  end)

  it("names another method where one would take too long", function()
    assert.matches("hyper_wang is for a population times a sample of at most 10000000.*take hyper_tail",
      refusal(assay.interval, 5, 20000, { confidence = 0.80, population = 50000, method = "hyper_wang" }).message)
    assert.matches("bayes counts the cases of a population of at most 10000000: take wilson",
      refusal(assay.interval, 5, 20, { confidence = 0.80, population = 10000001, method = "bayes" }).message)
    assert.matches("hyper_tail counts the cases of a population of at most 2147483647: take wilson",
      refusal(assay.interval, 5, 20, { confidence = 0.80, population = 1 << 40 }).message)
  end)

  it("says which limits are not as asked", function()
    local function status(x, n, options)
      options.confidence = 0.80
      return assay.interval(x, n, options).status
    end
    assert.equal("clipped", status(1, 24, { method = "wald" }))
    assert.equal("clipped", status(0, 24, { method = "agresti_coull" }))
    assert.equal("edge_exact", status(0, 24, { method = "logit" }))
    assert.equal("edge_exact", status(1, 1, { method = "logit", population = 9 }))
    assert.equal("undefined", status(1, 1, { method = "wald", population = 9 }))
    assert.equal("no_data", status(0, 0, { method = "blaker" }))
    assert.equal("no_data", status(0, 0, { population = 12 }))
    assert.is_nil(status(3, 24, { method = "logit" }))
  end)

  it("says which field is mistyped", function()
    local found = assay.interval(5, 20, { confidence = 0.80 })
    assert.matches("unknown field of Interval 'uper': did you mean 'upper'%?",
      refusal(function() return found.uper end).message)
  end)
end)

describe("intervals", function()
  local function rows_of(frame)
    local list = {}
    for row in frame:rows() do list[#list + 1] = row end
    return list
  end

  it("are those of interval, pair by pair", function()
    local xs, ns = { 0, 3, 5, 20, 0, 3, 1 }, { 0, 7, 20, 20, 12, 7, 1 }
    for _, options in ipairs {
      {}, { method = "blaker" }, { method = "jeffreys", side = "upper" }, { population = 30 },
      { method = "logit", population = 30 },
      { method = "hyper_wang", population = 30 }, { method = "bayes", prior = { 2, 3 } }, { method = "wald", population = 20 },
    } do
      options.confidence = 0.80
      local rows = rows_of(assay.intervals(xs, ns, options))
      assert.equal(#xs, #rows)
      for i, row in ipairs(rows) do
        local one = assay.interval(xs[i], ns[i], options)
        for _, field in ipairs { "x", "n", "estimate", "lower", "upper", options.population and "lower_count" } do
          if field ~= "lower_count" or one.lower_count then assert.equal(one[field], row[field]) end
        end
      end
    end
  end)

  it("take columns of a frame, and a population for each row", function()
    local list = assay.frame { columns = { "yes", "cases", "all" }, rows = { { 5, 20, 50 }, { 5, 20, 90 }, { 1, 2, 2 } } }
    local found = assay.intervals(list:column "yes", list:column "cases",
      { confidence = 0.80, population = list:column "all" })
    assert.same({ "x", "n", "estimate", "lower", "upper", "population", "lower_count", "upper_count" }, found.columns)
    assert.same({ 8, 13, 1 }, found:column "lower_count":list())
    assert.same({ 19, 35, 1 }, found:column "upper_count":list())
    local plain = assay.intervals(list:column "yes", list:column "cases", { confidence = 0.80 })
    assert.same({ "x", "n", "estimate", "lower", "upper" }, plain.columns)
  end)

  it("take whole numbers of any kind of column", function()
    local list = assay.frame { columns = { "yes", "cases" }, rows = { { 5.0, 20.0 } },
      types = { yes = "number", cases = "number" } }
    assert.equal(5, assay.intervals(list:column "yes", list:column "cases", { confidence = 0.80 }):column "x"[1])
  end)

  it("say below the table how many have which status", function()
    local text = tostring(assay.intervals({ 0, 0, 1 }, { 0, 5, 5 }, { confidence = 0.80, method = "logit" }))
    assert.matches("\n80%% limits, logit; of 3 intervals: edge_exact in 1, no_data in 1$", text)
    assert.matches("\n95%% lower limit, wilson$", tostring(assay.intervals({ 1 }, { 5 }, { confidence = 0.95, side = "lower" })))
  end)

  it("of nothing are nothing", function()
    assert.equal(0, #assay.intervals({}, {}, { confidence = 0.80 }))
    assert.equal(0, #assay.intervals({}, {}, { confidence = 0.80, population = {}, method = "hyper_wang" }))
  end)

  it("refuse wrong counts with their row", function()
    local frame = assay.frame { columns = { "a", "b" }, rows = { { 1, "x" }, { nil, "y" } }, types = { a = "integer" } }
    local cases = {
      { { 1, 4 }, { 3, 3 }, {}, "^row 2: x is 4, but there are only 3 cases" },
      { { 1, 4 }, { 3, 3 }, { method = "mid_p" }, "^row 2: x is 4, but there are only 3 cases" },
      { { 1, 3 }, { 3, 3 }, { population = { 4, 2 } }, "^row 2: n is 3, but the population has 2 cases" },
      { { 1, 2.5 }, { 3, 3 }, {}, "^xs in row 2 must be a count from 0 on, not 2%.5" },
      { { 1, 2 }, { 0 / 0, 3 }, {}, "^ns in row 1 must be a count from 0 on, not %-?nan" },
      { { 1, 2 }, { 3, -3 }, {}, "^ns in row 2 must be a count from 0 on, not %-3" },
      { { "1" }, { 3 }, {}, "^xs in row 1 must be a count from 0 on, not '1'" },
      { frame:column "a", { 3, 3 }, {}, "^xs in row 2 must be a count from 0 on, not nil" },
      { frame:column "b", { 3, 3 }, {}, "^xs in row 1 must be a count from 0 on, not 'x'" },
      { { 1, 2 }, { 3 }, {}, "^xs has 2 values, but ns has 1" },
      { { 1, 2 }, { 3, 3 }, { population = { 9 } }, "^xs has 2 values, but population has 1" },
      { 1, { 3 }, {}, "^xs must be a list or a column, such as f:column" },
      { frame, { 3 }, {}, "^xs must be a list or a column" },
      { { 1, nil, 2 }, { 3, 3, 3 }, {}, "^xs must be a list: it has gaps" },
      { { 1 }, { 3 }, { population = 0 }, "^population must be a number of cases" },
      { { 1 }, { 300000 }, { population = { 400000 }, method = "hyper_wang" }, "^row 1: hyper_wang is for .*take hyper_tail" },
    }
    for _, case in ipairs(cases) do
      case[3].confidence = 0.80
      assert.matches(case[4], refusal(assay.intervals, case[1], case[2], case[3]).message)
    end
    assert.equal(2, refusal(assay.intervals, { 1, 4 }, { 3, 3 }, { confidence = 0.80 }).row)
    assert.matches("80%? write 0%.80", refusal(assay.intervals, { 1 }, { 3 }, { confidence = 80 }).message)
    assert.matches("unknown option 'popultion': did you mean 'population'", refusal(assay.intervals, { 1 }, { 3 },
      { confidence = 0.80, popultion = 9 }).message)
  end)
end)
