local assay = require "assay"
local support = require "support"
local refusal = support.refusal

local values = { yes = "Yes", no = "No", not_applicable = "NA" }

local function draw()
  return assay.plan { frame = support.cases(50), strata = "gender", size = 13, confidence = 0.80, reserve = 0.2 }
    :draw { seed = "s1" }
end

--- Answers to q1: the cases of the sample in turn get those of the list.
local function answers(sample, list)
  local rows = {}
  for row in sample.cases:rows() do
    if row.role == "sample" then rows[#rows + 1] = { row.case_id, list[#rows + 1] } end
  end
  return assay.frame { columns = { "case_id", "q1" }, rows = rows, id = "case_id", types = { q1 = "text" } }
end

local all = { "Yes", "No", "Yes", "NA", "Yes", "No", "Yes", "Yes", "No", "NA", "Yes", "No", "Yes" }

describe("survey", function()
  it("counts the four states apart", function()
    local sample = draw()
    local list = table.move(all, 1, #all, 1, {})
    list[13] = nil
    local survey = assay.survey { sample = sample, answers = answers(sample, list), values = values }
    local p = survey:proportion "q1"
    assert.same({ 6, 10, 2, 1, 13, 60 }, { p.x, p.relevant, p.not_applicable, p.unanswered, p.n, p.percent })
    assert.equal(0.6, p.share)
    assert.matches("share from 0.545 to 0.636 by what the unanswered are", p.flags[1])
    assert.matches("\nnote: share from 0.545 to 0.636 by what the unanswered are", tostring(p), 1, true)
    assert.matches(p.flags[1], tostring(survey:proportions "q1"), 1, true)
    assert.matches("unanswered: q1 %(1%)", tostring(survey))
  end)

  it("estimates as the formula for domains says", function()
    -- strata F (16, 4 drawn) and M (34, 9 drawn); by hand from the counts in each stratum
    local sample = draw()
    local survey = assay.survey { sample = sample, answers = answers(sample, all), values = values }
    local p = survey:proportion("q1", { confidence = 0.80 })
    local n, m, x = { F = 0, M = 0 }, { F = 0, M = 0 }, { F = 0, M = 0 }
    local i = 0
    for row in sample.cases:rows() do
      if row.role == "sample" then
        i = i + 1
        n[row.gender] = n[row.gender] + 1
        if all[i] ~= "NA" then m[row.gender] = m[row.gender] + 1 end
        if all[i] == "Yes" then x[row.gender] = x[row.gender] + 1 end
      end
    end
    local N = { F = 16, M = 34 }
    local D = N.F * m.F / n.F + N.M * m.M / n.M
    local r = (N.F * x.F / n.F + N.M * x.M / n.M) / D
    local v = 0
    for _, h in ipairs { "F", "M" } do
      local S1, S2 = x[h] - r * m[h], x[h] * (1 - 2 * r) + r * r * m[h]
      v = v + N[h] ^ 2 * (1 - n[h] / N[h]) * (S2 - S1 ^ 2 / n[h]) / (n[h] - 1) / n[h]
    end
    assert.near(r, p.estimate, 1e-14)
    assert.near(math.sqrt(v) / D, p.se, 1e-14)
    assert.equal("korn_graubard", p.method)
    assert.equal("wilson_neff", survey:proportion("q1", { method = "wilson_neff" }).method)
  end)

  it("has exact limits, which in one stratum are those of the hypergeometric tails", function()
    -- 13 drawn of 50, 7 yes: the least and the most of 50 with which 7 or more, or fewer, come with more than 0.1
    local function ways(n, k)
      local product = k < 0 and 0 or 1
      for i = 1, k do product = product * (n - k + i) / i end
      return product
    end
    local function tail(M, from, to)
      local sum = 0
      for x = from, to do sum = sum + ways(M, x) * ways(50 - M, 13 - x) end
      return sum / ways(50, 13)
    end
    local lower, upper = 7, 44
    while tail(lower, 7, 13) <= 0.1 do lower = lower + 1 end
    while tail(upper, 0, 7) <= 0.1 do upper = upper - 1 end
    local sample = assay.plan { frame = support.cases(50), size = 13, confidence = 0.80 }:draw { seed = "s1" }
    local list = table.move(all, 1, #all, 1, {})
    for i, answer in ipairs(list) do list[i] = answer == "NA" and "No" or answer end
    local survey = assay.survey { sample = sample, answers = answers(sample, list), values = values }
    for _, method in ipairs { "exact", "exact_combined" } do
      local p = survey:proportion("q1", { method = method })
      assert.same({ 7, 13, method, lower / 50, upper / 50 }, { p.x, p.relevant, p.method, p.lower, p.upper })
    end
    local domain = assay.survey { sample = sample, answers = answers(sample, all), values = values }
      :proportion("q1", { method = "exact" })
    assert.same({ 7, 11 }, { domain.x, domain.relevant })
    assert.is_true(0 < domain.lower and domain.lower < domain.share and domain.share < domain.upper and domain.upper < 1)
  end)

  it("puts a stratum of one case together with its neighbour", function()
    -- F 1 of 6, M 4 of 14: their weights are 6 and 3.5, and the five are then as drawn from 20
    local sample = assay.plan { frame = support.cases(20), strata = "gender", allocation = { F = 1, M = 4 } }:draw { seed = "s1" }
    local list, u, sum, squares = { "Yes", "No", "Yes", "Yes", "No" }, {}, 0, 0
    local share = (6 + 3.5 + 3.5) / 20
    for i, answer in ipairs(list) do
      u[i] = (i == 1 and 6 or 3.5) * ((answer == "Yes" and 1 or 0) - share) / 20
      sum, squares = sum + u[i], squares + u[i] ^ 2
    end
    local function ask(lonely)
      return assay.survey { sample = sample, answers = answers(sample, list), values = values, lonely = lonely, confidence = 0.8 }
        :proportion "q1"
    end
    local p = ask "collapse"
    assert.near(share, p.estimate, 1e-15)
    assert.near(math.sqrt((1 - 5 / 20) * 5 / 4 * (squares - sum ^ 2 / 5)), p.se, 1e-15)
    assert.equal(4, p.df)
    assert.matches("stratum 'F' has a population of 6 and one case", refusal(ask, "fail").message, 1, true)
  end)

  it("heads its print with what the sample is", function()
    local sample = draw()
    assert.matches("^13 of 50 cases, a simple random sample in each of 2 strata\n13 cases selected", tostring(
      assay.survey { sample = sample, answers = answers(sample, all), values = values }))
  end)

  it("lists questions in a frame", function()
    local sample = draw()
    local f = assay.survey { sample = sample, answers = answers(sample, all), values = values }:proportions { "q1" }
    assert.equal(7, f:column("x")[1])
    assert.equal(64, f:column("percent")[1])
  end)

  it("takes a case without a row as unanswered", function()
    local sample = draw()
    local some = answers(sample, all):head(12)
    local survey = assay.survey { sample = sample, answers = some, values = values }
    assert.equal(1, survey:proportion("q1").unanswered)
    assert.matches("13 cases selected, 12 with answers, 1 without", tostring(survey))
  end)

  it("has no estimate where no case is relevant", function()
    local sample, none = draw(), {}
    for i = 1, 13 do none[i] = "NA" end
    local p = assay.survey { sample = sample, answers = answers(sample, none), values = values }:proportion "q1"
    assert.equal("no_data", p.status)
    assert.is_nil(p.estimate)
    assert.is_nil(p.percent)
    assert.equal(13, p.not_applicable)
  end)

  it("refuses values that are alike, and answers to no question", function()
    local sample = draw()
    local function ask(o)
      o.sample, o.answers = sample, o.answers or answers(sample, all)
      return refusal(assay.survey, o).message
    end
    assert.matches("must differ", ask { values = { yes = "Yes", no = "Yes" } })
    assert.matches("must differ", ask { values = { yes = "Yes", no = "No", not_applicable = "No" } })
    assert.matches("no column of the answers is a question of 'Probation", ask { framework = assay.framework "probation-2018" })
    assert.matches("no column but the id", ask { values = values, answers = answers(sample, all):select "case_id" })
  end)

  it("refuses an answer outside the declared values, with its row", function()
    local sample = draw()
    local list = table.move(all, 1, #all, 1, {})
    list[4] = "Maybe"
    local err = refusal(assay.survey, { sample = sample, answers = answers(sample, list), values = values })
    assert.equal("data", err.kind)
    assert.equal(4, err.row)
    assert.matches("row 4, column 'q1': 'Maybe' is none of Yes, No, NA", err.message)
  end)

  it("refuses an answer for a case that was not selected, or is a reserve", function()
    local sample = draw()
    local id, reserve
    for row in sample.cases:rows() do
      if row.role == "reserve" then reserve = row.case_id end
    end
    id = "9999"
    local function with(case)
      return assay.frame { columns = { "case_id", "q1" }, rows = { { case, "Yes" } }, id = "case_id" }
    end
    local err = refusal(assay.survey, { sample = sample, answers = with(id), values = values })
    assert.equal("data", err.kind)
    assert.matches("row 1: this case was not selected", err.message)
    assert.matches("reserve that has not taken a place", refusal(assay.survey,
      { sample = sample, answers = with(reserve), values = values }).message)
  end)

  it("refuses two rows for one case", function()
    local sample = draw()
    local id = sample.cases:column("case_id")[1]
    local twice = assay.frame { columns = { "case_id", "q1" }, rows = { { id, "Yes" }, { id, "No" } }, id = "case_id" }
    assert.equal("EREPEATED", refusal(assay.survey, { sample = sample, answers = twice, values = values }).code)
  end)

  it("names the nearest question, method and field", function()
    local sample = draw()
    local survey = assay.survey { sample = sample, answers = answers(sample, all), values = values }
    assert.matches("unknown question 'q2': did you mean 'q1'", refusal(survey.proportion, survey, "q2").message)
    assert.matches("unknown method 'wilson_nef': did you mean 'wilson_neff'",
      refusal(survey.proportion, survey, "q1", { method = "wilson_nef" }).message)
    assert.matches("did you mean 'percent'", refusal(function() return survey:proportion("q1").pecent end).message)
  end)

  it("names the stratum that stands in the way by its label", function()
    local lonely = assay.plan { frame = support.cases(50), strata = "gender", allocation = { F = 4, M = 1 },
      confidence = 0.80 }:draw { seed = "s1" }
    local survey = assay.survey { sample = lonely, answers = answers(lonely, { "Yes", "No", "Yes", "No", "Yes" }),
      values = values }
    assert.matches("stratum 'M'", refusal(survey.proportion, survey, "q1").message)
    local none = assay.plan { frame = support.cases(50), strata = "gender", allocation = { F = 4, M = 0 },
      confidence = 0.80 }:draw { seed = "s1" }
    assert.matches("stratum 'M' has a population of 34", refusal(assay.survey,
      { sample = none, answers = answers(none, { "Yes", "No", "Yes", "No" }), values = values }).message)
  end)
end)
