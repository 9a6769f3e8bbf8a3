local assay = require "assay"
local refusal = require "support".refusal
local reference = require "reference"

local function rows(kind)
  local list = reference.rows("sample_size.csv", function(row) return row.kind == kind end)
  assert.is_true(#list > 0)
  return list
end

local function count(text) return text and math.tointeger(tonumber(text)) end

local function eight(options)
  options.confidence = options.confidence or 0.80
  options.margin = options.margin or 0.05
  return options
end

describe("sample_size", function()
  it("gives every size of the reference", function()
    for _, row in ipairs(rows "fpc_formula") do
      local n, details = assay.sample_size {
        population = count(row.N), confidence = tonumber(row.level), margin = tonumber(row.e),
        proportion = tonumber(row.p),
      }
      assert.equal(count(row.n_out), n, row.id)
      assert.is_true(reference.close(details.raw, tonumber(row.raw)), row.id)
    end
  end)

  it("takes 100 of 254 cases at 80 per cent and a margin of 5 points", function()
    local n, details = assay.sample_size { population = 254, confidence = 0.80, margin = 0.05 }
    assert.equal(100, n)
    assert.equal(100, details.first)
    assert.equal(100, details.stable)
    assert.matches("population of 254, rounded up", details.convention)
    assert.matches("^100 cases: 99%.98 before rounding", tostring(details))
  end)

  it("takes 24 of 27 cases", function()
    assert.equal(24, (assay.sample_size(eight { population = 27 })))
    assert.equal(24, (assay.sample_size(eight { population = 28, rounding = "nearest" })))
    assert.equal(25, (assay.sample_size(eight { population = 28 })))
  end)

  it("takes no population for one without end", function()
    assert.equal(165, (assay.sample_size(eight {})))
    assert.equal(165, (assay.sample_size(eight { population = math.huge })))
    assert.equal(164, (assay.sample_size(eight { rounding = "nearest" })))
  end)

  it("says from where the margin holds, also where rounding falls short of it", function()
    local n, details = assay.sample_size(eight { rounding = "nearest" })
    assert.equal(164, n)
    assert.equal(165, details.first)
    assert.is_true(details.margin > 0.05)
  end)

  it("draws more for a design effect and for cases that will not answer", function()
    local n, details = assay.sample_size(eight { population = 252, deff = 1.2 })
    assert.equal(111, n)
    assert.equal(111, details.answers)
    n, details = assay.sample_size(eight { population = 254, response_rate = 0.9 })
    assert.equal(112, n)
    assert.equal(100, details.answers)
  end)

  it("says how a per cent is to be written", function()
    assert.matches("confidence is a share between 0 and 1: 80%? write 0%.80",
      refusal(assay.sample_size, { confidence = 80, margin = 0.05 }).message)
    assert.matches("5%? write 0%.05", refusal(assay.sample_size, eight { margin = 5 }).message)
  end)

  it("names the option that is missing, mistyped or out of range", function()
    local cases = {
      { { margin = 0.05 }, "'confidence' is needed" },
      { { confidence = 0.80 }, "'margin' is needed" },
      { eight { popluation = 254 }, "unknown option 'popluation': did you mean 'population'%?" },
      { eight { method = "wilson" }, "unknown method 'wilson': known are normal" },
      { eight { rounding = "neerest" }, "did you mean 'nearest'%?" },
      { eight { population = 0 }, "population must be a number of cases from 1 on, not 0" },
      { eight { population = 2.5 }, "population must be a number of cases from 1 on, not 2%.5" },
      { eight { deff = 0 }, "deff must be above 0, not 0" },
      { eight { response_rate = 0 }, "response_rate must be a share" },
      { eight { proportion = 1.2 }, "proportion is a share" },
      { eight { margin = 0 / 0 }, "margin must be a share" },
      { eight { margin = 1e-12 }, "2%^53" },
      { 80, "the options must be a table" },
    }
    for _, case in ipairs(cases) do
      local err = refusal(assay.sample_size, case[1])
      assert.equal("usage", err.kind)
      assert.matches(case[2], err.message)
    end
  end)

  it("says which field of the details is mistyped", function()
    local _, details = assay.sample_size(eight {})
    assert.matches("did you mean 'margin'%?", refusal(function() return details.margn end).message)
  end)
end)

describe("margin", function()
  it("gives every margin of the reference", function()
    for _, row in ipairs(rows "margin") do
      local margin = assay.margin {
        n = count(row.n), population = count(row.N), confidence = tonumber(row.level),
        proportion = tonumber(row.p),
      }
      assert.is_true(reference.close(margin, tonumber(row.raw)), row.id)
    end
  end)

  it("is 0 where all were asked and infinite where nobody was", function()
    assert.equal(0, assay.margin { n = 27, population = 27, confidence = 0.80 })
    assert.equal(math.huge, assay.margin { n = 0, confidence = 0.80 })
  end)

  it("refuses more cases than there are", function()
    assert.matches("n is 30, but the population has 27 cases",
      refusal(assay.margin, { n = 30, population = 27, confidence = 0.80 }).message)
  end)
end)

describe("confidence", function()
  it("gives every level of the reference", function()
    for _, row in ipairs(rows "level") do
      local confidence = assay.confidence {
        n = count(row.n), population = count(row.N), margin = tonumber(row.e),
        proportion = tonumber(row.p),
      }
      assert.is_true(reference.close(confidence, tonumber(row.raw)), row.id)
    end
  end)

  it("needs n", function()
    assert.matches("'n' is needed", refusal(assay.confidence, { margin = 0.05 }).message)
  end)
end)

describe("population_range", function()
  it("gives every range of the reference", function()
    for _, row in ipairs(rows "N_range") do
      local low, high = assay.population_range {
        n = count(row.n), confidence = tonumber(row.level), margin = tonumber(row.e),
        proportion = tonumber(row.p),
      }
      if row.lo == "none" then
        assert.is_nil(low, row.id)
      else
        assert.equal(count(row.lo), low, row.id)
        assert.equal(row.hi == "inf" and math.huge or count(row.hi), high, row.id)
      end
    end
  end)

  it("finds that 24 cases speak of a population of 27", function()
    assert.same({ 27, 27 }, { assay.population_range(eight { n = 24 }) })
    assert.same({ 28, 28 }, { assay.population_range(eight { n = 24, rounding = "nearest" }) })
  end)

  it("has no upper end for the size that an endless population needs", function()
    local _, high = assay.population_range(eight { n = 165 })
    assert.equal(math.huge, high)
    assert.is_nil((assay.population_range(eight { n = 166 })))
  end)

  it("needs at least one case", function()
    assert.matches("n must be at least 1", refusal(assay.population_range, eight { n = 0 }).message)
    assert.matches("'n' is needed", refusal(assay.population_range, eight {}).message)
  end)
end)
