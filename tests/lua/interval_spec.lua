local assay = require "assay"
local refusal = require "support".refusal
local reference = require "reference"

-- The rows of the reference by method, and what assay.interval calls each.
local methods = {
  wald = "wald", wilson = "wilson", clopper_pearson = "clopper_pearson", wald_fpc = "wald",
  wilson_fpc = "wilson", clopper_pearson_neff_fpc = "clopper_pearson",
}

local function limit(got, want)
  if want == "nan" then return got == nil end
  return math.abs(got - tonumber(want)) <= 1e-12 or reference.close(got, tonumber(want))
end

describe("interval", function()
  it("gives every interval of the reference", function()
    local rows = reference.rows("intervals_one_sample.csv", function(row)
      return methods[row.method] ~= nil
    end)
    assert.equal(26 + 31 + 31 + 16 + 16 + 16, #rows)
    for _, row in ipairs(rows) do
      local found = assay.interval(math.tointeger(tonumber(row.x)), math.tointeger(tonumber(row.n)), {
        method = methods[row.method], confidence = tonumber(row.level),
        population = row.N and math.tointeger(tonumber(row.N)),
      })
      assert.is_true(limit(found.lower, row.lower), row.id .. " lower")
      assert.is_true(limit(found.upper, row.upper), row.id .. " upper")
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

  it("says which field is mistyped", function()
    local found = assay.interval(5, 20, { confidence = 0.80 })
    assert.matches("unknown field of Interval 'uper': did you mean 'upper'%?",
      refusal(function() return found.uper end).message)
  end)
end)
