local assay = require "assay"
local support = require "support"
local refusal = support.refusal

local function plan(options)
  options = options or {}
  options.frame = options.frame or support.cases(254)
  options.strata = options.strata or { "gender", "unit" }
  options.size = options.size or 40
  return assay.plan(options)
end

describe("simulate", function()
  it("says what the planned design finds of a known share", function()
    local found = plan():simulate { column = "age", yes = { "20", "21", "22" }, seed = "s", confidence = 0.8, draws = 20000 }
    local cases = support.cases(254):where { age = { min = 20, max = 22 } }
    assert.equal(#cases / 254, found.share)
    assert.equal(20000, found.draws)
    assert.equal(40, found.size)
    assert.is_true(math.abs(found.mean - found.share) < 5 * found.exact_sd / math.sqrt(20000))
    assert.is_true(math.abs(found.sd / found.exact_sd - 1) < 0.03)
    assert.is_true(math.abs(found.coverage + found.below + found.above - 1) < 1e-12)
    assert.is_nil(found.method)
    assert.matches("20000 samples of 40 cases: 'age' is 20 or 21 or 22 for 8%.27%% of the population", tostring(found))
  end)

  it("repeats itself, and takes the plan's confidence", function()
    local p = assay.plan { frame = support.cases(254), strata = "gender", confidence = 0.9, margin = 0.1 }
    local asked = { column = "unit", yes = "A", seed = "t", draws = 500, method = "wilson_neff" }
    local a, b = p:simulate(asked), p:simulate(asked)
    assert.equal(tostring(a), tostring(b))
    assert.equal(0.9, a.confidence)
    assert.equal("wilson_neff", a.method)
  end)

  it("is the same of a list that streams past", function()
    local path = support.path "cases.csv"
    support.cases(254):write(path)
    local function run(open)
      return tostring(plan { frame = open(path, { id = "case_id" }) }:simulate { column = "age", yes = "20", seed = "u",
        confidence = 0.8, draws = 300 })
    end
    assert.equal(run(assay.read), run(assay.scan))
  end)

  it("refuses what it cannot simulate", function()
    local p = plan()
    local function fails(words, self, changes)
      local asked = { column = "unit", yes = "A", seed = "s", confidence = 0.8, draws = 10 }
      for name, value in next, changes do asked[name] = value or nil end
      assert.matches(words, refusal(self.simulate, self, asked).message)
    end
    fails("unknown column 'unti'.*'unit'", p, { column = "unti" })
    fails("no case has 'Z' in column 'unit'", p, { yes = "Z" })
    fails("'confidence' is needed", p, { confidence = false })
    fails("confidence", p, { confidence = 80 })
    fails("from 1 to 100000000 draws", p, { draws = 0 })
    fails("a seed is 1 to 64", p, { seed = "a b" })
    fails("unknown method 'wald'", p, { method = "wald" })
    fails("stratum 'F / A' has one case in the sample", plan { minimum = 0, size = 3 }, {})
    fails("the plan has 'cap'", plan { cap = { unit = 30 } }, {})
    fails("rounding = \"random\"", plan { rounding = "random" }, {})
  end)
end)
