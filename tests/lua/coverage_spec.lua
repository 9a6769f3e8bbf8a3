local assay = require "assay"
local refusal = require "support".refusal
local reference = require "reference"

local function number(text) return math.tointeger(tonumber(text)) end

describe("coverage", function()
  it("gives every minimum and length of the reference", function()
    local rows = reference.rows("hypergeometric_coverage.csv", function() return true end)
    assert.equal(24, #rows)
    for _, row in ipairs(rows) do
      local bayes = row.method:match "^bayes_(.*)"
      local n, population = number(row.n), number(row.N)
      local found = assay.coverage { n = n, population = population, confidence = tonumber(row.level),
        method = bayes and "bayes" or row.method, prior = bayes == "uniform" and { 1, 1 } or nil }
      assert.is_true(reference.close(found.minimum, tonumber(row.min_coverage)), row.id)
      assert.equal(number(row.argmin_M), found.at_count, row.id)
      assert.equal(number(row.argmin_M) / population, found.at, row.id)
      assert.is_true(reference.close(found.mean_width * (n + 1) * population, tonumber(row.sum_length)), row.id)
    end
  end)

  it("says how it was made", function()
    local found = assay.coverage { n = 24, population = 28, confidence = 0.80 }
    assert.equal("hyper_tail", found.method)
    assert.same({ 24, 28, 0.80, 0 }, { found.n, found.population, found.confidence, found.undefined })
    assert.equal("24 cases of 28, 80% confidence (hyper_tail): covers 88.7% at least, where 12 of the 28 are yes, and "
      .. "95.5% on average; limits 7.7 points apart on average, 10.7 points at most", tostring(found))
    found = assay.coverage { n = 1, population = math.huge, confidence = 0.80, method = "clopper_pearson" }
    assert.is_nil(found.population)
    assert.is_nil(found.at_count)
    assert.equal("1 case, 80% confidence (clopper_pearson): covers 90.0% at least, next to a share of 10.0%, and "
      .. "99.0% on average; limits 90.0 points apart on average, 90.0 points at most", tostring(found))
    assert.same({ 0.5, 0.5 }, assay.coverage { n = 3, confidence = 0.80, method = "bayes" }.prior)
  end)

  it("has no widths where there are no limits", function()
    local found = assay.coverage { n = 1, population = 9, confidence = 0.80, method = "wald" }
    assert.same({ 0, 0, 2 }, { found.minimum, found.mean, found.undefined })
    assert.is_nil(found.mean_width)
    assert.is_nil(found.max_half_width)
    assert.matches("no count has limits$", tostring(found))
  end)

  it("takes the shares that can be", function()
    local whole = assay.coverage { n = 24, confidence = 0.80, method = "wald" }
    assert.same({ 0, 0 }, { whole.minimum, whole.at })
    local part = assay.coverage { n = 24, confidence = 0.80, method = "wald", proportions = { min = 0.02, max = 0.98 } }
    assert.is_true(math.abs(part.minimum - 0.372) < 0.0005)
    assert.same({ min = 0.02, max = 0.98 }, part.proportions)
    local above = assay.coverage { n = 24, population = 28, confidence = 0.80, method = "wilson", proportions = { min = 0.5 } }
    assert.is_true(above.at_count >= 14)
  end)

  it("refuses wrong arguments in words", function()
    local cases = {
      { {}, "'confidence' is needed" },
      { { confidence = 0.80 }, "'n' is needed" },
      { { n = 24, confidence = 80 }, "80%? write 0%.80" },
      { { n = 24, confidence = 0 }, "confidence is a share|confidence must be a share" },
      { { n = 24, confidence = 0 / 0 }, "confidence must be a share between 0 and 1, not %-?nan" },
      { { n = 2.5, confidence = 0.80 }, "n must be a count from 0 on, not 2%.5" },
      { { n = 24, population = 20, confidence = 0.80 }, "n is 24, but the population has 20 cases" },
      { { n = 24, confidence = 0.80, method = "hyper_tail" }, "no method 'hyper_tail' without a population.*clopper_pearson" },
      { { n = 24, population = 28, confidence = 0.80, method = "hyper_blacker" }, "did you mean 'hyper_blaker'" },
      { { n = 24, confidence = 0.80, prior = { 1, 1 } }, "'prior' goes with method bayes" },
      { { n = 24, confidence = 0.80, proportions = { min = 0.6, max = 0.5 } }, "proportions%.min is above proportions%.max" },
      { { n = 24, confidence = 0.80, proportions = { min = 0.5, max = 0.5 } }, "no share between the least and the most" },
      { { n = 24, confidence = 0.80, proportions = { least = 0.5 } }, "unknown bound of proportions 'least'" },
      { { n = 24, confidence = 0.80, proportions = { max = 98 } }, "proportions%.max is a share.*98%? write 0%.98" },
      { { n = 24, confidence = 0.80, proportions = 0.5 }, "proportions must be a table" },
      { { n = 24, confidence = 0.80, side = "lower" }, "unknown option 'side'" },
      { { n = 200000, confidence = 0.80 }, "samples of at most 100000 cases, not 200000" },
      { { n = 9, population = 1 << 40, confidence = 0.80, method = "wilson" }, "populations of at most 2147483647 cases" },
      { { n = 1000, population = 100000, confidence = 0.80, method = "hyper_wang" }, "^hyper_wang is for .* take hyper_tail" },
    }
    for _, case in ipairs(cases) do
      local err, found = refusal(assay.coverage, case[1]), false
      for pattern in case[2]:gmatch "[^|]+" do found = found or err.message:find(pattern) ~= nil end
      assert.is_true(found, err.message)
      assert.equal("usage", err.kind)
    end
  end)

  it("says which field is mistyped", function()
    local found = assay.coverage { n = 3, confidence = 0.80 }
    assert.matches("unknown field of Coverage 'minimun': did you mean 'minimum'",
      refusal(function() return found.minimun end).message)
  end)
end)
