local assay = require "assay"
local support = require "support"
local reference = require "reference"
local refusal = support.refusal

local function frame(rows, columns)
  return assay.frame { columns = columns or { "unit", "yes", "cases", "caseload" }, rows = rows, types = { unit = "text" } }
end

local areas = frame { { "A", 27, 74, 100 }, { "B", 19, 58, 58 }, { "C", 26, 69, 700 }, { "D", 42, 72, 90 },
  { "E", 18, 51, 400 } }

local function funnel(changes, units)
  local options = { units = units or areas, events = "yes", trials = "cases", confidence = { 0.80, 0.95, 0.998 } }
  for name, value in pairs(changes or {}) do options[name] = value or nil end
  return assay.funnel(options)
end

describe("funnel", function()
  it("has the limits of the reference", function()
    local rows = reference.rows("tests.csv", function(row) return row.kind == "funnel" end)
    local seen = 0
    for _, row in ipairs(rows) do
      local theta, n = row.input:match "theta=([%d.]+);n=(%d+)"
      local p, exact = tonumber(row.param:match "p=(.*)"), row.quantity == "limit_exact"
      local two = frame { { "a", 1, tonumber(n), 1 }, { "b", 2, tonumber(n), 1 } }
      local f = funnel({ target = tonumber(theta), confidence = 1 - 2 * math.min(p, 1 - p),
        method = exact and "exact" or "normal", overdispersion = "report" }, two)
      local name
      for _, column in ipairs(f.columns) do
        if column:find(p < 0.5 and "^lower_" or "^upper_") then name = column end
      end
      -- limits beyond 0 and 1 are drawn at 0 and 1
      local want = math.max(0, math.min(1, tonumber(row.value)))
      assert.near(want, f:column(name)[2], 1e-11)
      seen = seen + 1
    end
    assert.equal(60, seen)
  end)

  it("has the over-dispersion of the reference, and inflates by it", function()
    local want = {}
    for _, row in ipairs(reference.rows("tests.csv", function(r) return r.kind == "overdispersion" end)) do
      if row.param == "theta=pooled" then want[row.quantity] = tonumber(row.value) end
    end
    local f = funnel()
    assert.is_true(reference.close(f.about.target, want.theta))
    assert.is_true(reference.close(f.about.phi, want.phi))
    assert.is_true(reference.close(f.about.chi_squared, want.chi2))
    assert.is_true(reference.close(f.about.p_value, want.chi2_p))
    assert.is_true(reference.close(f:column("z")[1], want.z1))
    assert.is_true(f.about.inflated)
    assert.near(want.theta - 1.959963984540054 * math.sqrt(want.phi * want.theta * (1 - want.theta) / 72),
      f:column("lower_95")[4], 1e-12)
    assert.is_false(funnel { overdispersion = "report" }.about.inflated)
  end)

  it("keeps the units and says what is outside", function()
    local f = funnel { overdispersion = "report" }
    assert.same({ "unit", "yes", "cases", "caseload", "share", "lower_80", "upper_80", "lower_95", "upper_95",
      "lower_99_8", "upper_99_8", "z", "p_value", "outside", "flag" }, f.columns)
    assert.equal("lower_99_9999999", funnel { confidence = 0.999999999 }.columns[6])
    assert.equal("above", f:column("flag")[4])
    assert.equal(0.95, f:column("outside")[4])
    assert.is_nil(f:column("outside")[1])
    assert.same({ 1, 1, 0 }, f.about.outside)
    assert.equal(1, f.about.drawn_alone)
    local text = tostring(f)
    assert.matches("target 40.7% (pooled); exact binomial limits", text, 1, true)
    assert.matches("outside 95% limits: 1 of 5 units, 0.3 expected by chance", text, 1, true)
    assert.matches("1 beyond the limits drawn by less than a test needs: not flagged", text, 1, true)
    assert.equal(0, funnel { overdispersion = "report", method = "mirrored" }.about.drawn_alone)
  end)

  it("closes the limits of what was inspected whole", function()
    local f = funnel { populations = "caseload", overdispersion = "report", method = "normal" }
    assert.equal(f.about.target, f:column("lower_80")[2])
    assert.equal(f.about.target, f:column("upper_99_8")[2])
    assert.equal("below", f:column("flag")[2]) -- 19 of 58, and 23.6 would be the target
    local theta = 132 / 324
    assert.near(theta - 1.2815515655446004 * math.sqrt(theta * (1 - theta) / 72 * 18 / 89), f:column("lower_80")[4], 1e-12)
    assert.matches("1 inspected whole", tostring(f), 1, true)
    assert.matches("hypergeometric", tostring(funnel { populations = "caseload", overdispersion = "report" }), 1, true)
  end)

  it("takes rates", function()
    local offices = frame({ { "x", 330, 10.5 }, { "y", 160, 8 }, { "z", 0, 0 } }, { "unit", "cases", "officers" })
    local f = assay.funnel { units = offices, events = "cases", exposure = "officers", confidence = 0.95, method = "normal",
      overdispersion = "report" }
    local theta = 490 / 18.5
    assert.near(theta + 1.959963984540054 * math.sqrt(theta / 8), f:column("upper_95")[2], 1e-12)
    assert.near(330 / 10.5, f:column("rate")[1], 1e-12)
    assert.is_nil(f:column("rate")[3])
    assert.equal(math.huge, f:column("upper_95")[3])
    assert.matches("1 without exposure", tostring(f), 1, true)
  end)

  it("has ranks that hold together", function()
    local f = funnel { ranks = 0.95 }
    assert.same({ 3, 5, 2, 1, 4 }, f:column("rank"):list())
    assert.same({ 1, 1, 1, 1, 1 }, f:column("rank_from"):list())
    local apart = frame { { "A", 2, 200, 1 }, { "B", 100, 200, 1 }, { "C", 198, 200, 1 } }
    local g = funnel({ ranks = 0.95 }, apart)
    assert.same({ 3, 2, 1 }, g:column("rank_from"):list())
    assert.same({ 3, 2, 1 }, g:column("rank_to"):list())
  end)

  it("names a row that cannot be", function()
    assert.matches("row 2: there are more events than trials",
      refusal(funnel, {}, frame { { "A", 1, 2, 9 }, { "B", 5, 4, 9 } }).message)
    assert.matches("row 2: there are more trials than the population has cases",
      refusal(funnel, { populations = "caseload" }, frame { { "A", 1, 2, 9 }, { "B", 3, 4, 3 } }).message)
    assert.matches("row 2, column 'yes': there is no value",
      refusal(funnel, {}, frame { { "A", 1, 2, 9 }, { "B", nil, 4, 9 } }).message)
    assert.matches("row 1, column 'unit': 'A' is not a count", refusal(funnel, { events = "unit" }).message)
    local path = support.file("units.csv", "unit,yes,cases\nA,1,3\nB,-2,3\n")
    local err = refusal(funnel, {}, assay.read(path, { private = { "yes" } }))
    assert.matches("units.csv, row 2, column 'yes': '%*%*%*' is not a count", err.message)
    assert.equal(2, err.row)
    assert.equal("data", err.kind)
    path = support.file("more.csv", "unit,yes,cases\nA,1,3\nB,4,3\n")
    assert.matches("more.csv: row 2: there are more events than trials", refusal(funnel, {}, assay.read(path)).message)
  end)

  it("names what is asked for and cannot be", function()
    local one = frame { { "A", 1, 2, 9 } }
    assert.matches("one unit alone is its own pooled target", refusal(funnel, {}, one).message)
    assert.equal(1, #funnel({ target = 0.5 }, one))
    assert.matches("no unit has any trials", refusal(funnel, {}, frame { { "A", 0, 0, 9 }, { "B", 0, 0, 9 } }).message)
    local cases = {
      { { target = 65 }, "target is a share between 0 and 1: 65%? write 0.65" }, { { target = -1 }, "not %-1" },
      { { confidence = { 0.9, 0.8 } }, "must rise from one to the next: 0.8 stands behind 0.9" },
      { { confidence = { 0.9, 0.9 } }, "must rise" }, { { confidence = {} }, "no level" },
      { { confidence = { 0.9, 0.9000000000000002 } }, "too close: two are 90%%" },
      { { confidence = 80 }, "80%? write 0.80" }, { { confidence = false }, "'confidence' is needed" },
      { { trials = "casse" }, "unknown column 'casse': did you mean 'cases'" },
      { { trials = false }, "give trials" }, { { exposure = "caseload" }, "give trials" },
      { { method = "exakt" }, "did you mean 'exact'" }, { { winsorise = 0.5 }, "from 0 to below 0.5, not 0.5" },
      { { ranks = 1 }, "ranks must be" }, { { unit = areas }, "unknown option 'unit': did you mean 'units'" },
    }
    for _, case in ipairs(cases) do assert.matches(case[2], refusal(funnel, case[1]).message) end
    assert.matches("have a column 'z'", refusal(funnel, {}, areas:rename { caseload = "z" }).message)
    assert.matches("mean nothing beside exposure",
      refusal(funnel, { trials = false, exposure = "cases", populations = "caseload" }).message)
    assert.matches("row 2, column 'm': there is no value", refusal(funnel, { trials = false, exposure = "m" },
      frame({ { "A", 1, 2 }, { "B", 3 } }, { "unit", "yes", "m" })).message)
    assert.matches("holds no numbers", refusal(funnel, { trials = false, exposure = "unit" }).message)
  end)

  it("says so where all are zero", function()
    local f = funnel({}, frame { { "A", 0, 5, 9 }, { "B", 0, 7, 9 } })
    assert.same({ 0, nil }, { f.about.target, f.about.phi })
    assert.same({ 0, 0 }, f:column("upper_99_8"):list())
    assert.matches("not to be told", tostring(f), 1, true)
  end)

  it("hides what follows from private columns", function()
    local path = support.file("private.csv", "unit,yes,cases\nA,1,3\nB,2,3\n")
    local f = funnel({}, assay.read(path, { private = { "yes" } }))
    assert.is_true(f.private.share)
    assert.matches("***", tostring(f), 1, true)
  end)
end)
