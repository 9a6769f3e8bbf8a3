local assay = require "assay"
local refusal = require "support".refusal
local reference = require "reference"

-- The rows of the reference, and what each is called here.
local rows_of = {
  wald = { "difference", "wald" }, wald_cc = { "difference", "wald_cc" },
  agresti_caffo = { "difference", "agresti_caffo" }, newcombe = { "difference", "newcombe" },
  newcombe_cc = { "difference", "newcombe_cc" }, mee = { "difference", "mee" },
  miettinen_nurminen = { "difference", "miettinen_nurminen" },
  wald_fpc = { "difference", "wald" }, newcombe_fpc = { "difference", "newcombe" },
  rr_katz = { "ratio", "katz" }, rr_walter = { "ratio", "walter" }, rr_koopman = { "ratio", "koopman" },
  or_woolf = { "odds_ratio", "woolf" }, or_haldane_anscombe = { "odds_ratio", "haldane_anscombe" },
  or_exact = { "odds_ratio", "exact" }, or_mid_p = { "odds_ratio", "mid_p" },
}

local function whole(text) return text and math.tointeger(tonumber(text)) end

local function same(got, want)
  if want == "nan" then return got == nil end
  if want == "inf" then return got == math.huge end
  return math.abs(got - tonumber(want)) <= 1e-15 or reference.close(got, tonumber(want))
end

describe("contrasts", function()
  it("give every limit of the reference", function()
    local rows = reference.rows("differences.csv", function(row) return rows_of[row.method] ~= nil end)
    assert.equal(14 * 11 + 2 * 5, #rows)
    for _, row in ipairs(rows) do
      local kind, method = table.unpack(rows_of[row.method])
      local found = assay[kind]({ whole(row.x1), whole(row.n1) }, { whole(row.x2), whole(row.n2) }, {
        method = method, confidence = tonumber(row.level),
        populations = row.N1 and { whole(row.N1), whole(row.N2) } or nil,
      })
      assert.is_true(same(found.estimate, row.estimate), row.id .. " estimate")
      assert.is_true(same(found.lower, row.lower), row.id .. " lower")
      assert.is_true(same(found.upper, row.upper), row.id .. " upper")
    end
  end)

  it("have the first method of each kind where nothing is said", function()
    local a, b, o = { 27, 74 }, { 19, 58 }, { confidence = 0.80 }
    assert.equal("27 of 74 against 19 of 58: difference 3.7 points, 80% limits -7.0 to 14.1 (newcombe)",
      tostring(assay.difference(a, b, o)))
    assert.equal("27 of 74 against 19 of 58: ratio 1.114, 80% limits 0.820 to 1.525 (koopman)",
      tostring(assay.ratio(a, b, o)))
    assert.equal("27 of 74 against 19 of 58: odds ratio 1.178, 80% limits 0.689 to 2.020 (exact)",
      tostring(assay.odds_ratio(a, b, o)))
  end)

  it("say how they were made", function()
    local found = assay.difference({ 27, 74 }, { 19, 58 }, { confidence = 0.80, populations = { 100, math.huge } })
    assert.same({ "difference", "newcombe", 0.80 }, { found.kind, found.method, found.confidence })
    assert.same({ 27, 74, 100 }, { found.first.x, found.first.n, found.first.population })
    assert.is_nil(found.second.population)
    assert.is_nil(found.status)
    assert.matches("^27 of 74 of 100 against 19 of 58: ", tostring(found))
  end)

  it("take a population of one group alone", function()
    local function width(populations)
      local found = assay.difference({ 27, 74 }, { 19, 58 }, { confidence = 0.80, populations = populations })
      return found.upper - found.lower
    end
    assert.is_true(width { 100, 80 } < width { 100, math.huge })
    assert.is_true(width { 100, math.huge } < width())
    assert.equal(width(), width { math.huge, math.huge })
  end)

  it("have no estimate where a group has no cases", function()
    local found = assay.difference({ 0, 0 }, { 19, 58 }, { confidence = 0.80 })
    assert.same({ "no_data", -1, 1 }, { found.status, found.lower, found.upper })
    assert.is_nil(found.estimate)
    assert.matches("difference NA points, 80%% limits %-100%.0 to 100%.0 %(newcombe, no_data%)", tostring(found))
    assert.equal(math.huge, assay.odds_ratio({ 3, 5 }, { 0, 0 }, { confidence = 0.80 }).upper)
  end)

  it("print what is infinite, undefined or clipped as such", function()
    local o = { confidence = 0.80 }
    assert.matches("ratio inf, 80%% limits %S+ to inf %(koopman%)", tostring(assay.ratio({ 5, 10 }, { 0, 10 }, o)))
    local found = assay.ratio({ 5, 10 }, { 0, 10 }, { confidence = 0.80, method = "katz" })
    assert.matches("limits NA to NA %(katz, undefined%)", tostring(found))
    assert.equal("clipped",
      assay.difference({ 5, 5 }, { 0, 5 }, { confidence = 0.80, method = "wald_cc" }).status)
  end)

  it("refuse wrong arguments in words", function()
    local good = { confidence = 0.80 }
    local cases = {
      { "difference", { 27, 74 }, { 19, 58 }, { confidence = 80 }, "80%? write 0%.80" },
      { "difference", { 27, 74 }, { 19, 58 }, nil, "'confidence' is needed" },
      { "difference", { 75, 74 }, { 19, 58 }, good, "the first group: 75 yes, but there are only 74 cases" },
      { "difference", { 27, 74 }, { 59, 58 }, good, "the second group: 59 yes, but there are only 58 cases" },
      { "difference", { 27 }, { 19, 58 }, good, "the first group must be { yes, cases }, such as { 27, 74 }, not a list of 1" },
      { "difference", { 27, 74, 80 }, { 19, 58 }, good, "not a list of 3" },
      { "difference", { x = 27, n = 74 }, { 19, 58 }, good, "the first group must be a list: it has gaps, or names" },
      { "difference", 27, 74, good, "the first group must be a list, not 27" },
      { "difference", { 27, 74.5 }, { 19, 58 }, good, "the first group%[2%] must be a count from 0 on, not 74%.5" },
      { "difference", { 27, 74 }, { -1, 58 }, good, "the second group%[1%] must be a count from 0 on, not %-1" },
      { "difference", { 27, 74 }, { 19, 58 }, { confidence = 0.8, populations = { 70, 80 } },
        "the first group: 74 cases, but the population has 70" },
      { "difference", { 27, 74 }, { 19, 58 }, { confidence = 0.8, populations = { 100 } },
        "populations must be a list of two numbers of cases" },
      { "difference", { 27, 74 }, { 19, 58 }, { confidence = 0.8, populations = { 100, 80, 60 } },
        "populations must be a list of two numbers of cases" },
      { "difference", { 27, 74 }, { 19, 58 }, { confidence = 0.8, populations = { 100, -80 } },
        "populations%[2%] must be a number of cases from 1 on" },
      { "difference", { 27, 74 }, { 19, 58 }, { confidence = 0.8, populations = { 100, 80 }, method = "mee" },
        "'mee' has no form with populations: take one of newcombe, wald" },
      { "difference", { 27, 74 }, { 19, 58 }, { confidence = 0.8, method = "newcomb" }, "did you mean 'newcombe'%?" },
      { "ratio", { 27, 74 }, { 19, 58 }, { confidence = 0.8, method = "newcombe" },
        "unknown method 'newcombe': known are katz, koopman, walter" },
      { "ratio", { 27, 74 }, { 19, 58 }, { confidence = 0.8, populations = { 100, 80 } }, "unknown option 'populations'" },
      { "odds_ratio", { 27, 74 }, { 19, 1 << 31 }, good, "2147483647 for exact and mid_p" },
    }
    for _, case in ipairs(cases) do
      assert.matches(case[5], refusal(assay[case[1]], case[2], case[3], case[4]).message)
    end
  end)

  it("say which field is mistyped", function()
    local found = assay.ratio({ 27, 74 }, { 19, 58 }, { confidence = 0.80 })
    assert.matches("unknown field of Contrast 'uper': did you mean 'upper'%?",
      refusal(function() return found.uper end).message)
    assert.matches("unknown field of ContrastGroup 'y'", refusal(function() return found.first.y end).message)
  end)
end)
