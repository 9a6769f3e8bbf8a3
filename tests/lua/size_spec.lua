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
      { eight { method = "wislon" }, "unknown method 'wislon': did you mean 'wilson'" },
      { eight { method = "bayes" }, "known are clopper_pearson, hyper_tail, hyper_wang, normal, wilson" },
      { eight { method = "hyper_wang" }, "hyper_wang needs a population: without one take clopper_pearson" },
      { eight { method = "wilson", rounding = "up" }, "rounding goes with method normal" },
      { eight { method = "hyper_tail", population = 1 << 31 }, "1 to 2147483647 cases, not 2147483648" },
      { eight { population = (1 << 53) + 1 }, "population must be at most 9007199254740992 cases, not 9007199254740993" },
      { eight { population = 0 / 0 }, "population must be a number of cases" },
      { eight { method = "hyper_wang", population = 1000000 }, "takes too long .* take hyper_tail" },
      { eight { method = "clopper_pearson", margin = 1e-6 }, "takes too long .* take normal" },
      { eight { population = {} }, "population names no stratum" },
      { eight { population = { 84, 84 } }, "table by label" },
      { eight { population = { A = 84, B = 0 } }, "population of 'B' must be a number of cases from 1 on, not 0" },
      { eight { population = { A = math.huge } }, "population of 'A' must be a number of cases, not inf" },
      { eight { population = { A = 1 << 53, B = 1 } }, "more than 2%^53 cases together" },
      { eight { confidence = 1 }, "confidence must be a share between 0 and 1, not 1" },
      { eight { margin = 0 }, "margin must be a share between 0 and 1, not 0" },
      { eight { margin = 1 }, "margin must be a share" },
      { eight { deff = 1 / 0 }, "deff must be a number" },
      { eight { response_rate = 1.5 }, "response_rate is a share between 0 and 1" },
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

describe("sample_size by interval width", function()
  local names = { wilson_fpc = "wilson" }

  it("gives every size of the reference, the first and from where on", function()
    local seen = 0
    for _, kind in ipairs { "worst_hyper_tail", "worst_wilson_fpc", "worst_wilson", "worst_clopper_pearson",
      "expected_hyper_tail", "expected_wilson_fpc" } do
      for _, row in ipairs(rows(kind)) do
        local method = kind:match "^%a+_(.*)$"
        local n, details = assay.sample_size {
          population = count(row.N), confidence = tonumber(row.level), margin = tonumber(row.e),
          proportion = tonumber(row.p), method = names[method] or method,
        }
        assert.equal(count(row.n_out), details.first, row.id)
        assert.equal(count(row.hi), details.stable, row.id)
        assert.equal(details.stable, n, row.id)
        assert.is_true(details.margin <= tonumber(row.e) * (1 + 1e-12), row.id)
        assert.is_nil(details.raw)
        seen = seen + 1
      end
    end
    assert.equal(24, seen)
  end)

  it("takes 107 of 254 cases where the usual formula takes 100", function()
    local n, details = assay.sample_size(eight { population = 254, method = "hyper_tail" })
    assert.equal(107, n)
    assert.equal(107, details.first)
    assert.matches("exact for a population of 254", details.convention)
    assert.matches("^107 cases: enough, as is every number above it, margin 0%.0492", tostring(details))
  end)

  it("says where a smaller size would do by chance", function()
    local n, details = assay.sample_size(eight { population = 254, proportion = 0.80, method = "hyper_tail" })
    assert.equal(84, n)
    assert.equal(82, details.first)
    assert.matches("82 would do, but not every number above it", tostring(details))
    assert.matches("if 0%.8 of the cases are yes", details.convention)
  end)

  -- 107 answers of 254 stand for 107 * 253 / 147 = 184.16 without end; 1.5 times that, corrected, are 132.9
  it("draws more for a design effect and for cases that will not answer", function()
    local n, details = assay.sample_size(eight { population = 254, method = "hyper_tail", deff = 1.5, response_rate = 0.9 })
    assert.equal(133, details.answers)
    assert.equal(148, n)
    assert.equal(254, (assay.sample_size(eight { population = 254, method = "hyper_tail", response_rate = 0.3 })))
    assert.equal(275, (assay.sample_size(eight { method = "clopper_pearson", deff = 1.5 }))) -- 183 * 1.5 = 274.5
  end)
end)

describe("sample_size of strata", function()
  it("sizes each by itself, and all of them together beside", function()
    local n, details = assay.sample_size(eight { population = { B = 84, A = 84, C = 84 } })
    assert.equal(168, n)
    assert.equal(100, details.overall.n)
    assert.equal(252, details.population)
    assert.same({ "A", "B", "C" }, details.strata:column("stratum"):list())
    assert.same({ 56, 56, 56 }, details.strata:column("sample"):list())
    assert.matches("168 cases in all where each stratum is to have this margin; 100 for the 252 together", tostring(details))
    assert.is_nil(details.raw)
  end)

  it("does so by any method and with losses", function()
    local n, details = assay.sample_size(eight { population = { ["F / Low"] = 27, M = 254 }, method = "hyper_tail",
      response_rate = 0.9 })
    assert.same({ 27, 119 }, details.strata:column("sample"):list()) -- 25 / 0.9 are 28, and there are 27
    assert.same({ 25, 107 }, details.strata:column("answers"):list())
    assert.equal(146, n)
    assert.equal(132, details.answers)
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

  it("is wider than the usual formula says, by exact limits", function()
    local big = assay.margin { n = 100, population = 254, confidence = 0.80, method = "hyper_tail" }
    local small = assay.margin { n = 24, population = 27, confidence = 0.80, method = "hyper_tail" }
    assert.is_true(reference.close(big, 13.5 / 254)) -- 5.31 points
    assert.is_true(reference.close(small, 1.5 / 27)) -- 5.56
    assert.equal(0, assay.margin { n = 27, population = 27, confidence = 0.80, method = "hyper_wang" })
    assert.equal(0.5, assay.margin { n = 0, confidence = 0.80, method = "clopper_pearson" })
  end)

  it("is half of the interval of the count that is expected", function()
    local limits = assay.interval(30, 100, { confidence = 0.80, method = "clopper_pearson" })
    local half = assay.margin { n = 100, confidence = 0.80, proportion = 0.295, method = "clopper_pearson" }
    assert.is_true(reference.close(half, (limits.upper - limits.lower) / 2))
  end)

  it("refuses more cases than there are", function()
    for _, method in ipairs { "normal", "wilson", "hyper_tail" } do
      assert.matches("n is 30, but the population has 27 cases",
        refusal(assay.margin, { n = 30, population = 27, confidence = 0.80, method = method }).message)
    end
    assert.matches("hyper_tail needs a population",
      refusal(assay.margin, { n = 30, confidence = 0.80, method = "hyper_tail" }).message)
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

describe("discovery_size", function()
  it("gives every size of the reference", function()
    for _, row in ipairs(rows "discovery_infinite") do
      local r, c = row.extra:match "^rate=(.*);c=(%d+)$"
      assert.equal(count(row.n_out), assay.discovery_size {
        confidence = tonumber(row.level), tolerable_rate = tonumber(r), acceptance_number = count(c) }, row.id)
    end
    for _, row in ipairs(rows "discovery") do
      local M, c = row.extra:match "^M=(%d+);c=(%d+)$"
      local share = M == row.N and 0.999 or count(M) / count(row.N)
      assert.equal(count(row.n_out), assay.discovery_size { population = count(row.N),
        confidence = tonumber(row.level), tolerable_rate = share, acceptance_number = count(c) }, row.id)
    end
  end)

  -- AICPA (2017), Audit Guide: Audit Sampling, table A-1, tolerable rate 5 per cent
  it("gives the auditors' table", function()
    for c, n in ipairs { 93, 124, 153, 181, 208, 234 } do
      assert.equal(n, assay.discovery_size { confidence = 0.95, tolerable_rate = 0.05, acceptance_number = c })
    end
    assert.equal(59, assay.discovery_size { confidence = 0.95, tolerable_rate = 0.05 })
  end)

  it("says in numbers what no sample can show", function()
    local err = refusal(assay.discovery_size,
      { population = 28, confidence = 0.95, tolerable_rate = 0.05, acceptance_number = 2 })
    assert.equal("usage", err.kind)
    assert.equal("acceptance_number", err.argument)
    assert.matches("no sample can show it: 0%.05 of 28 cases are 2, and acceptance_number puts up with 2", err.message)
  end)

  it("names what is missing or out of range", function()
    local cases = {
      { { confidence = 0.95 }, "'tolerable_rate' is needed" },
      { { tolerable_rate = 0.05 }, "'confidence' is needed" },
      { { confidence = 0.95, tolerable_rate = 5 }, "tolerable_rate is a share between 0 and 1: 5%? write 0%.05" },
      { { confidence = 0.95, tolerable_rate = 0 }, "tolerable_rate must be a share between 0 and 1, not 0" },
      { { confidence = 0.95, tolerable_rate = 1 }, "tolerable_rate must be a share between 0 and 1, not 1" },
      { { confidence = 0.95, tolerable_rate = 0.05, population = 0 }, "from 1 on, not 0" },
      { { confidence = 0.95, tolerable_rate = 0.05, population = 1 << 31 }, "at most 2147483647, not 2147483648" },
      { { confidence = 0.95, tolerable_rate = 0.05, acceptance_number = -1 }, "acceptance_number must be a count" },
      { { confidence = 0.95, tolerable_rate = 0.05, acceptance_number = 0.5 }, "acceptance_number must be a count" },
      { { confidence = 0.95, tolerable_rate = 1e-300 }, "2%^53" },
    }
    for _, case in ipairs(cases) do assert.matches(case[2], refusal(assay.discovery_size, case[1]).message) end
  end)
end)

describe("change_size", function()
  local function change(options)
    options.from, options.to = options.from or 0.5, options.to or 0.6
    options.confidence, options.power = options.confidence or 0.80, options.power or 0.80
    return options
  end

  it("gives every size of the reference", function()
    for _, row in ipairs(rows "two_groups") do
      local to, power = row.extra:match "^p2=(.*);power=(.*)$"
      assert.same({ count(row.n_out), count(row.n_out) }, { assay.change_size { from = tonumber(row.p), to = tonumber(to),
        confidence = tonumber(row.level), power = tonumber(power) } }, row.id)
    end
  end)

  -- 222.244 of the reference: 252 * 222.244 / (251 + 222.244) is 118.3
  it("corrects each wave for its population", function()
    assert.same({ 119, 223 }, { assay.change_size(change { populations = { 252, math.huge } }) })
    assert.same({ 223, 119 }, { assay.change_size(change { populations = { math.huge, 252 } }) })
  end)

  it("names what is missing or out of range", function()
    local cases = {
      { { to = 0.6, confidence = 0.8, power = 0.8 }, "'from' is needed" },
      { change { to = 0.5 }, "from and to are both 0%.5: no sample shows a change that is not there" },
      { change { power = 80 }, "power is a share between 0 and 1: 80%? write 0%.80" },
      { change { to = 1.01 }, "to is a share" },
      { change { populations = { 252 } }, "populations must be a list of two" },
      { change { populations = { 1, 2, 3 } }, "populations must be a list of two" },
      { change { populations = { 252, 0 } }, "populations%[2%] must be a number of cases from 1 on, not 0" },
      { change { populations = 252 }, "populations must be a table" },
      { change { from = 0.5, to = 0.5 + 1e-12 }, "2%^53" },
    }
    for _, case in ipairs(cases) do assert.matches(case[2], refusal(assay.change_size, case[1]).message) end
  end)
end)
