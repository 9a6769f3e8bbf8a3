local assay = require "assay"
local api = require "api"
local reference = require "reference"
local support = require "support"
local refusal = support.refusal

local values = { yes = "Yes", no = "No", not_applicable = "NA" }

--- Answers that depend on the case alone, so that a case in two samples says the same or, `later`, another thing.
local function answer_of(number, later)
  local n = tonumber(number:match "%d+") * (later and 7 or 5)
  return n % 11 == 0 and "NA" or n % 3 == 0 and "No" or "Yes"
end

local function survey_of(sample, later)
  local rows = {}
  for row in sample.cases:rows() do
    if row.role == "sample" then rows[#rows + 1] = { row.case_id, answer_of(row.case_id, later) } end
  end
  return assay.survey { sample = sample, values = values,
    answers = assay.frame { columns = { "case_id", "q1" }, rows = rows, id = "case_id", types = { q1 = "text" } } }
end

local function draw(seed, strata, list)
  return assay.plan { frame = list or support.cases(60), strata = strata, size = 24, confidence = 0.80 }:draw { seed = seed }
end

describe("survey:difference by groups", function()
  it("has the differences of R's survey", function()
    local n = 0
    for _, row in ipairs(reference.rows("api_compared.csv", function(r) return r.statistic:find "^stype_[EHM]_" end)) do
      local first, second, is_se = row.statistic:match "^stype_(.)_(.)(_?s?e?)$"
      local found = api.survey(row.design):difference("awards", { by = "stype" })
        :where { first = first, second = second }
      local sign = 1
      if #found == 0 then -- in the order of their bytes
        found, sign = api.survey(row.design):difference("awards", { by = "stype" }):where { first = second, second = first }, -1
      end
      local got = is_se == "_se" and found:column "se"[1] or sign * found:column "difference"[1]
      local want = tonumber(row.value)
      assert.is_true(math.abs(got - want) <= 1e-9 * math.abs(want), ("%s %s: %.17g"):format(row.design, row.statistic, got))
      n = n + 1
    end
    assert.equal(4 * 6, n)
  end)

  it("is the difference of the groups' own estimates", function()
    local survey = survey_of(draw("d1", "gender"))
    local found = survey:difference("q1", { by = "gender" })
    assert.equal(1, #found)
    local f = survey:proportion("q1", { where = { gender = "F" } })
    local m = survey:proportion("q1", { where = { gender = "M" } })
    assert.same({ "F", "M" }, { found:column "first"[1], found:column "second"[1] })
    assert.near(f.estimate - m.estimate, found:column "difference"[1], 1e-15)
    -- strata are drawn apart: the groups are independent, and their variances add up
    assert.near(math.sqrt(f.se ^ 2 + m.se ^ 2), found:column "se"[1], 1e-15)
    assert.near(found:column "difference"[1]
      - math.sqrt((f.estimate - f.lower) ^ 2 + (m.upper - m.estimate) ^ 2), found:column "lower"[1], 1e-14)
    assert.equal(f.relevant + m.relevant - 2, found:column "df"[1])
  end)

  it("knows that groups within a stratum share its cases", function()
    -- one stratum: the covariance of two disjoint domains' shares is by hand
    local survey = survey_of(draw("d2", nil))
    local found = survey:difference("q1", { by = "gender", method = "wald_z", where = { gender = { "F", "M" } } })
    local n, N, groups, z = 24, 60, { F = {}, M = {} }, {}
    local cases = {}
    for row in survey.sample.cases:rows() do cases[#cases + 1] = { row.gender, answer_of(row.case_id) } end
    for g, count in next, groups do
      count.x, count.m = 0, 0
      for _, case in ipairs(cases) do
        if case[1] == g and case[2] ~= "NA" then
          count.m = count.m + 1
          count.x = count.x + (case[2] == "Yes" and 1 or 0)
        end
      end
    end
    local sum, squares = 0, 0
    for i, case in ipairs(cases) do
      local g = groups[case[1]]
      local y = case[2] == "Yes" and 1 or 0
      z[i] = case[2] == "NA" and 0 or (y - g.x / g.m) / (N / n * g.m) * (case[1] == "F" and 1 or -1)
      sum = sum + z[i]
    end
    for _, value in ipairs(z) do squares = squares + (value - sum / n) ^ 2 end
    local v = N ^ 2 * (1 - n / N) * squares / (n - 1) / n
    assert.near(math.sqrt(v), found:column "se"[1], 1e-14)
    assert.near(groups.F.x / groups.F.m - groups.M.x / groups.M.m, found:column "difference"[1], 1e-14)
    assert.near(1.2815515655446004 * math.sqrt(v), found:column "upper"[1] - found:column "difference"[1], 1e-13)
  end)

  it("compares each with each and raises the p-values together", function()
    local survey = survey_of(draw("d3", nil))
    local found = survey:difference("q1", { by = "unit" })
    local k = #found
    assert.truthy(k >= 3)
    for i = 1, k do
      local p, raised = found:column "p_value"[i], found:column "p_adjusted"[i]
      if p then assert.truthy(raised >= p and raised <= 1) end
    end
  end)

  it("shows no value of a private column", function()
    local survey = assay.survey { questions = "q1", values = values, population = 20, confidence = 0.80, answers = assay.frame {
      columns = { "group", "q1" }, private = { "group" },
      rows = { { "Ward", "Yes" }, { "Ward", "No" }, { "Moor", "Yes" }, { "Moor", "No" } } } }
    local found = survey:difference("q1", { by = "group" })
    assert.matches("***", tostring(found), 1, true)
    assert.is_nil(tostring(found):find "Ward")
  end)

  it("refuses what has nothing to compare", function()
    local survey = survey_of(draw("d4", nil))
    assert.matches("give 'by', the columns that make groups, or 'with'", refusal(survey.difference, survey, "q1", {}))
    assert.matches("nothing to compare", refusal(survey.difference, survey, "q1", { by = "role" }))
    assert.matches("unknown question 'q2'", refusal(survey.difference, survey, "q2", { by = "gender" }))
    assert.matches("unknown column", refusal(survey.difference, survey, "q1", { by = "gendr" }))
  end)
end)

describe("survey:difference with another survey", function()
  it("names a stratum by the label it has in its survey", function()
    local function of(first, second)
      return assay.survey { strata = "s", population = { [first] = 9, [second] = 9 }, questions = "q1", values = values,
        confidence = 0.80, answers = assay.frame { columns = { "s", "q1" },
          rows = { { first, "Yes" }, { first, "No" }, { second, "No" }, second == "B" and { second, "No" } or nil } } }
    end
    local whole, lonely = of("A", "B"), of("C", "D")
    for _, two in ipairs { { whole, lonely }, { lonely, whole } } do
      assert.matches("stratum 'D' has a population of 9 and one case",
        refusal(two[1].difference, two[1], "q1", { with = two[2] }).message, 1, true)
    end
  end)

  it("finds the cases that are in both", function()
    local list = support.cases(60)
    local first, second = survey_of(draw("w1", nil, list)), survey_of(draw("w2", nil, list), true)
    local found = first:difference("q1", { with = second, method = "wald_z" })
    local both, ids = 0, {}
    for row in first.sample.cases:rows() do ids[row.case_id] = true end
    for row in second.sample.cases:rows() do if ids[row.case_id] then both = both + 1 end end
    assert.truthy(both > 2)
    assert.equal(both, found.common)
    assert.truthy(tostring(found):find(both .. " cases in common", 1, true))
  end)

  it("has the limits of assay.change where all cases are relevant and there is one stratum", function()
    local list = support.cases(60)
    local function plain(sample, later)
      local rows = {}
      for row in sample.cases:rows() do
        rows[#rows + 1] = { row.case_id, tonumber(row.case_id:match "%d+") * (later and 7 or 5) % 3 == 0 and "No" or "Yes" }
      end
      return assay.survey { sample = sample, values = values, answers = assay.frame { columns = { "case_id", "q1" },
        rows = rows, id = "case_id", types = { q1 = "text" } } }, rows
    end
    local a, first = plain(draw("w3", nil, list))
    local b, second = plain(draw("w4", nil, list), true)
    local said, x1, x2, common = {}, 0, 0, { both = 0, first = 0, second = 0, neither = 0 }
    for _, row in ipairs(first) do
      said[row[1]] = row[2]
      x1 = x1 + (row[2] == "Yes" and 1 or 0)
    end
    for _, row in ipairs(second) do
      local before, yes = said[row[1]], row[2] == "Yes"
      x2 = x2 + (yes and 1 or 0)
      local kind = before == "Yes" and (yes and "both" or "first") or yes and "second" or "neither"
      if before then common[kind] = common[kind] + 1 end
    end
    local change = assay.change({ x1, #first }, { x2, #second }, { confidence = 0.80, method = "wald", population = 60,
      common = common })
    local found = b:difference("q1", { with = a, method = "wald_z" })
    assert.near(change.estimate, found.difference, 1e-14)
    assert.near(change.lower, found.lower, 1e-13)
    assert.near(change.upper, found.upper, 1e-13)
    assert.near(change.correlation_least, found.correlation, 1e-13)
  end)

  it("takes samples of different lists as independent", function()
    local a, b = survey_of(draw("w5", "gender")), survey_of(draw("w5", "gender", support.cases(70)))
    local found = a:difference("q1", { with = b, method = "wald_t" })
    local p, q = a:proportion "q1", b:proportion "q1"
    assert.equal(0, found.common)
    assert.equal(0, found.correlation)
    assert.near(math.sqrt(p.se ^ 2 + q.se ^ 2), found.se, 1e-15)
    local v1, v2 = p.se ^ 2, q.se ^ 2
    assert.near((v1 + v2) ^ 2 / (v1 ^ 2 / p.df + v2 ^ 2 / q.df), found.df, 1e-10)
  end)
end)
