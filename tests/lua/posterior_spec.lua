local assay = require "assay"
local support = require "support"
local reference = require "reference"
local refusal = support.refusal

local scale = assay.rating.scale "probation-2018"
local exact_scale = assay.read_json "data/scales/probation-2018.json"
exact_scale.rounding = "none"
exact_scale = assay.rating.scale(exact_scale)

local values = { yes = "Yes", no = "No", not_applicable = "NA" }
local words = { y = "Yes", n = "No", ["-"] = "NA" }

--- A survey of 12 of 40 cases; each text has the answers to a question: y n - and ? for none. The first of them are
--- lost where `options.lost` says so.
local function survey_of(answers, options)
  local sample = assay.plan { frame = support.cases(40), strata = "gender", size = 12, confidence = 0.80,
    cap = options and options.cap }:draw { seed = options and options.seed or "s1", method = options and options.method }
  for _ = 1, options and options.lost or 0 do
    for row in sample.cases:rows() do
      if row.role == "sample" then
        sample:withdraw(row.case_id, "unavailable", "lost")
        break
      end
    end
  end
  local names, rows, types = {}, {}, {}
  for name in pairs(answers) do names[#names + 1] = name end
  table.sort(names)
  for row in sample.cases:rows() do
    if row.role == "sample" then
      local cells = { row.case_id }
      for q, name in ipairs(names) do cells[q + 1] = words[answers[name]:sub(#rows + 1, #rows + 1)] end
      rows[#rows + 1] = cells
    end
  end
  for _, name in ipairs(names) do types[name] = "text" end
  local columns = table.move(names, 1, #names, 2, { "case_id" })
  return assay.survey { sample = sample, values = values, framework = options and options.framework,
    answers = assay.frame { columns = columns, rows = rows, id = "case_id", types = types } }
end

local answers = { a = "yyynynyynyyn", b = "ynyn-ny-yyyn", c = "yyyyyyyyyyyy", d = "------------", e = "yn?nyyny?yyn" }
local bands = { "Inadequate", "Requires improvement", "Good", "Outstanding" }

local function sum(p)
  local total = 0
  for _, band in ipairs(bands) do total = total + p[band] end
  return total
end

describe("scale:probability of counts", function()
  it("is that of the reference", function()
    local rows = reference.rows("rating_bands.csv", function() return true end)
    for _, row in ipairs(rows) do
      local p = exact_scale:probability({ x = tonumber(row.x), relevant = tonumber(row.n), population = tonumber(row.N) },
        { prior = row.prior == "uniform" and { 1, 1 } or { 0.5, 0.5 } })
      for i, name in ipairs { "p_lt_50", "p_50_65", "p_65_80", "p_ge_80" } do
        assert.is_true(reference.close(p[bands[i]], tonumber(row[name])), row.id)
      end
    end
    assert.equal(20, #rows)
  end)

  it("says what it is", function()
    local p = scale:probability { x = 65, relevant = 100, population = 252 }
    assert.same({ 0.5, 0.5 }, p.prior)
    assert.matches("65 of 100, of 252 cases: Inadequate 0.0%, Requires improvement", tostring(p), 1, true)
    assert.matches("no confidence\nassumed, not verified: bands, rounding, lowest", tostring(p), 1, true)
    assert.matches("cases without end", tostring(scale:probability { x = 6, relevant = 9, population = math.huge }), 1, true)
    assert.matches("unknown field of Probability 'Goood': did you mean 'Good'",
      refusal(function() return p.Goood end).message)
  end)

  it("takes a result", function()
    local found = survey_of(answers):proportion "a"
    assert.equal(scale:probability({ x = 8, relevant = 12 }).Good, scale:probability(found).Good)
  end)

  it("refuses counts that cannot be", function()
    assert.matches("x is 5, but there are only 4 cases", refusal(scale.probability, scale, { x = 5, relevant = 4 }).message)
    assert.matches("n is 4, but the population has 3",
      refusal(scale.probability, scale, { x = 1, relevant = 4, population = 3 }).message)
    assert.matches("did you mean 'relevant'", refusal(scale.probability, scale, { x = 1, relevent = 4 }).message)
    assert.matches("relevant must be a count", refusal(scale.probability, scale, { x = 1 }).message)
    assert.matches("a population above 10000000",
      refusal(scale.probability, scale, { x = 1, relevant = 4, population = 10000001 }).message)
    assert.matches("prior", refusal(scale.probability, scale, { x = 1, relevant = 4 }, { prior = { 0, 1 } }).message)
    for _, least in ipairs { 1e-300, 5e-324 } do
      assert.matches("the prior is too close to 0",
        refusal(scale.probability, scale, { x = 0, relevant = 0, population = 10 }, { prior = { least, least } }).message)
    end
  end)
end)

describe("scale:probability of a survey", function()
  local survey = survey_of(answers)

  it("has a probability for each band, and what stands behind it", function()
    local p = scale:probability(survey, { "a", "b", "c", "e" }, { seed = "p1" })
    assert.near(1, sum(p), 1e-12)
    assert.same({ "question", "x", "relevant", "unanswered", "mean", "Inadequate", "Requires improvement", "Good",
      "Outstanding" }, p.questions.columns)
    assert.same({ 8, 6, 12, 6 }, p.questions:column("x"):list())
    assert.same({ 12, 10, 12, 10 }, p.questions:column("relevant"):list())
    assert.same({ 0, 0, 0, 2 }, p.questions:column("unanswered"):list())
    for row in p.questions:rows() do assert.near(1, sum(row), 1e-12) end
    local text = tostring(p)
    assert.matches("of one mind in the sample, half a case of yes and half of no added: c", text, 1, true)
    assert.matches("with blanks, taken to be as the answers: e", text, 1, true)
    assert.matches("10000 replicates, seed p1: no confidence, and without discretion", text, 1, true)
    assert.matches("assumed, not verified: bands", text, 1, true)
    assert.matches("1 stratum has fewer than 5 cases", text, 1, true)
    local before = 1
    for row in p.at_least:rows() do
      assert.is_true(row.least <= row.probability + 1e-12 and row.probability <= row.most + 1e-12)
      assert.near(before, row.probability, 1e-12)
      before = before - p[row.at_least]
    end
    assert.is_true(p.shift > 0 and p.lowest < p.questions:column("mean")[2])
  end)

  -- E(M) = sum N_h x_h / n_h without cases that are not applicable
  it("has the mean of the stratified estimate", function()
    local p = scale:probability(survey, "a", { seed = "p2", replicates = 100000 })
    assert.near(survey:proportion("a").estimate, p.questions:column("mean")[1], 5 * 0.15 / math.sqrt(100000))
    assert.near(0, p.shift, 1e-12)
  end)

  it("is the same again, whatever else is asked, and another with another seed", function()
    local p = scale:probability(survey, { "a", "b" }, { seed = "p3" })
    assert.equal(p.Good, scale:probability(survey, { "a", "b" }, { seed = "p3" }).Good)
    assert.equal(p.questions:column("Good")[1], scale:probability({ survey }, "a", { seed = "p3" }).Good)
    assert.not_equal(p.questions:column("mean")[1],
      scale:probability(survey, "a", { seed = "p4" }).questions:column("mean")[1])
  end)

  it("leaves out a question without a relevant case, and says so", function()
    local p = scale:probability(survey, { "a", "d" }, { seed = "p3" })
    assert.equal(p.Good, scale:probability(survey, "a", { seed = "p3" }).Good)
    assert.is_nil(p.questions:column("Good")[2])
    assert.matches("left out, no relevant case: d", tostring(p), 1, true)
    assert.matches("no key question has a relevant case", refusal(scale.probability, scale, survey, "d", { seed = "x" }).message)
  end)

  it("has bounds by what the blanks are", function()
    local function with(what) return scale:probability(survey, "e", { seed = "b", unanswered = what }) end
    local as_yes = answers.e:gsub("%?", "y")
    assert.equal(scale:probability(survey_of({ e = as_yes }), "e", { seed = "b" }).Good, with("yes").Good)
    assert.is_true(with("no").Inadequate > with("as_answered").Inadequate)
    assert.is_true(with("as_answered").Inadequate > with("yes").Inadequate)
    assert.equal(2, with("yes").questions:column("unanswered")[1])
    assert.matches("with blanks, all of them taken for no: e", tostring(with "no"), 1, true)
    assert.matches("unanswered", refusal(scale.probability, scale, survey, "e", { seed = "b", unanswered = "maybe" }).message)
  end)

  it("says that others stand for cases that were lost", function()
    local text = tostring(scale:probability(survey_of({ a = answers.a }, { lost = 1 }), "a", { seed = "l" }))
    assert.matches("1 case lost: the others of its stratum stand for it", text, 1, true)
    text = tostring(scale:probability(survey_of({ a = answers.a }, { lost = 2 }), "a", { seed = "l" }))
    assert.matches("2 cases lost: the others of their strata stand for them", text, 1, true)
  end)

  it("says what a sample is taken to be, and is not quite", function()
    local capped = survey_of({ a = answers.a }, { cap = { unit = 4 }, seed = "s8" })
    local text = tostring(scale:probability(capped, "a", { seed = "l" }))
    assert.matches("a cap passed over cases: each stratum is taken as a simple random sample all the same", text, 1, true)
    text = tostring(scale:probability(survey_of({ a = answers.a }, { method = "systematic" }), "a", { seed = "l" }))
    assert.matches("the sample was drawn in order", text, 1, true)
    assert.is_nil(tostring(scale:probability(survey_of(answers), "a", { seed = "l" })):find("taken as a simple", 1, true))
  end)

  it("refuses samples whose cases were not drawn each for itself and alike", function()
    for _, plan in ipairs { { stages = {} }, { size_measure = "cases" } } do
      local other = survey_of(answers)
      rawset(other, "sample", { plan = plan })
      assert.matches("the Polya posterior is for cases that had equal probabilities within a stratum",
        refusal(scale.probability, scale, other, "a", { seed = "s" }).message)
    end
  end)

  it("refuses answers whose columns say the same, and those weighted afterwards", function()
    local function survey_by(options)
      local rows = {}
      for i = 1, 12 do
        rows[i] = { "c" .. i, words[answers.a:sub(i, i)], i % 2 == 0 and "x" or "y", i % 3 + 1, 3.333,
                    i == 1 and "one" or "more" }
      end
      options.answers = assay.frame { columns = { "case_id", "a", "half", "unlike", "alike", "own" }, rows = rows,
        id = "case_id", types = { unlike = "number" } }
      options.values, options.questions = values, { "a" }
      return assay.survey(options)
    end
    local function message(one) return refusal(scale.probability, scale, one, "a", { seed = "s" }).message end
    local cases = "the Polya posterior is for cases that had equal probabilities within a stratum, each drawn for itself: "
    assert.equal(cases .. "these have weights of their own", message(survey_by { weight = "unlike", population = 40 }))
    assert.equal(cases .. "these were drawn in clusters", message(survey_by { cluster = "half", population = 9 }))
    assert.equal(cases .. "of these the population has no end, and its size is needed", message(survey_by {}))
    local plain = survey_by { population = 40 }
    assert.equal(cases .. "these have weights that were made after the answers came; ask the survey as it was before",
      message(plain:poststratify { by = "half", totals = { x = 30, y = 10 } }))
    assert.equal(scale:probability(plain, "a", { seed = "s" }).Good,
      scale:probability(survey_by { weight = "alike", population = 40 }, "a", { seed = "s" }).Good)
    assert.is_true(scale:probability(survey_by { strata = "own", population = { one = 4, more = 36 }, lonely = "collapse" }, "a",
      { seed = "s" }).Good >= 0)
  end)

  it("refuses what cannot be asked", function()
    local function message(...) return refusal(scale.probability, scale, ...).message end
    assert.matches("'seed' is needed", message(survey, "a"))
    assert.matches("seed is 1 to 64", message(survey, "a", { seed = "a|b" }))
    assert.matches("must be 10000 at the least", message(survey, "a", { seed = "s", replicates = 100 }))
    assert.matches("from 1 to 1000000 replicates", message(survey, "a", { seed = "s", replicates = 1000001 }))
    assert.matches("unknown question 'aa'", message(survey, "aa", { seed = "s" }))
    assert.matches("question 'a' is there twice", message(survey, { "a", "a" }, { seed = "s" }))
    assert.matches("question 'a' is in two of the surveys", message({ survey, survey }, "a", { seed = "s" }))
    assert.matches("at least one question", message(survey, {}, { seed = "s" }))
    assert.matches("must be a Survey", message({ 5 }, "a", { seed = "s" }))
    assert.matches("the surveys must be a list", message(5))
    assert.matches("unknown option 'sead'", message(survey, "a", { sead = "s" }))
  end)
end)

describe("fw:probability", function()
  local fw = assay.framework { title = "t", scale = "probation-2018", values = values, standards = {
    { id = "1", name = "led", judged = true },
    { id = "2", name = "two", questions = { { id = "a", text = "a" }, { id = "b", text = "b" } } },
    { id = "3", name = "three", questions = { { id = "c", text = "c" } } },
  } }
  local survey = survey_of(answers, { framework = fw })

  it("rates standards and the whole", function()
    local r = fw:probability(survey, { seed = "f1", judged = { ["1"] = "Good" } })
    assert.near(1, sum(r.overall), 1e-12)
    assert.same({}, r.missing)
    local rows = {}
    for row in r.standards:rows() do rows[#rows + 1] = row end
    assert.equal(1, rows[1].Good)
    assert.equal("judged, not rated from percentages", rows[1].note)
    local p = scale:probability(survey, { "a", "b" }, { seed = "f1" })
    for _, band in ipairs(bands) do assert.equal(p[band], rows[2][band]) end
    assert.equal(p.shift, rows[2].shift)
    assert.matches("overall: Inadequate", tostring(r), 1, true)
  end)

  -- standard 3 is Outstanding in nearly all replicates, 1 is given: points 3 + 3 + (0 .. 3) of 9
  it("adds points within each replicate", function()
    local r = fw:probability(survey, { seed = "f2", judged = { ["1"] = "Outstanding" } })
    local two, three
    for row in r.standards:rows() do if row.standard == "2" then two = row elseif row.standard == "3" then three = row end end
    local unsure = 1 - three.Outstanding
    assert.is_true(math.abs(r.overall.Outstanding - two.Good - two.Outstanding) <= unsure + 1e-12)
    assert.is_true(math.abs(r.overall.Good - two.Inadequate - two["Requires improvement"]) <= unsure + 1e-12)
  end)

  it("rates no whole where a standard has no rating", function()
    local r = fw:probability(survey, { seed = "f1" })
    assert.is_nil(r.overall)
    assert.same({ "1" }, r.missing)
    assert.matches("overall: not rated, because these are not: 1", tostring(r), 1, true)
    local few = fw:probability(survey_of({ a = answers.a, c = answers.c }, { framework = fw }), { seed = "f1" })
    assert.same({ "1", "2" }, few.missing)
    assert.matches("not rated: no survey has b", tostring(few.standards), 1, true)
  end)

  it("leaves out of the whole what was not rated, and rounds as it is told", function()
    local apart = { ["1"] = "not looked at" }
    local r = fw:probability(survey, { seed = "f1", not_rated = apart })
    assert.same({}, r.missing)
    local alone = assay.framework { title = "t", scale = "probation-2018", values = values,
      standards = { fw.standards[2], fw.standards[3] } }
    local same = alone:probability(survey, { seed = "f1" })
    for _, band in ipairs(bands) do assert.equal(same.overall[band], r.overall[band]) end
    assert.matches("not rated in this inspection: not looked at", tostring(r), 1, true)
    local exact = fw:probability(survey, { seed = "f1", not_rated = apart, rounding = "none" })
    for row in exact.questions:rows() do
      assert.equal(exact_scale:probability(survey, row.question, { seed = "f1" }).Good, row.Good)
    end
    assert.matches("assumed, not verified: [^\n]*rounding", tostring(exact))
    local function message(options)
      options.seed = "s"
      return refusal(fw.probability, fw, survey, options).message
    end
    assert.matches("unknown standard '9'", message { not_rated = { ["9"] = "x" } })
    assert.matches("needs the reason for standard '1'", message { not_rated = { ["1"] = " " } })
    assert.matches("is in not_rated, and has a rating too", message { not_rated = apart, judged = { ["1"] = "Good" } })
  end)

  it("rates no whole where nothing that was rated counts", function()
    local other = assay.framework { title = "t", scale = "probation-2018", values = values, standards = {
      { id = "2", name = "two", questions = { { id = "a", text = "a" } }, counted = false },
      { id = "3", name = "three", questions = { { id = "c", text = "c" } } },
    } }
    local r = other:probability(survey, { seed = "f3", not_rated = { ["3"] = "x" } })
    assert.is_nil(r.overall)
    assert.matches("overall: not rated, because no standard is that counts", tostring(r), 1, true)
  end)

  it("does not count a standard that does not count", function()
    local other = assay.framework { title = "t", scale = "probation-2018", values = values, standards = {
      { id = "2", name = "two", questions = { { id = "a", text = "a" } } },
      { id = "3", name = "three", questions = { { id = "c", text = "c" } } },
    } }
    other.standards[2].counted = false
    local r = other:probability(survey, { seed = "f3" })
    for row in r.standards:rows() do
      if row.standard == "2" then
        for _, band in ipairs(bands) do assert.near(row[band], r.overall[band], 1e-12) end
      end
    end
  end)

  it("leaves a standard without a relevant case unrated", function()
    local other = assay.framework { title = "t", scale = "probation-2018", values = values, standards = {
      { id = "2", name = "two", questions = { { id = "a", text = "a" } } },
      { id = "4", name = "four", questions = { { id = "d", text = "d" } } },
    } }
    local r = other:probability(survey_of(answers), { seed = "f3" })
    assert.same({ "4" }, r.missing)
    assert.matches("not rated: no question has a relevant case", tostring(r.standards), 1, true)
    local blank = survey_of { a = answers.a, d = "-----------?" }
    assert.same({ "4" }, other:probability(blank, { seed = "f3" }).missing)
    assert.same({}, other:probability(blank, { seed = "f3", unanswered = "no" }).missing)
  end)

  it("refuses judgements that are none", function()
    local function message(options) return refusal(fw.probability, fw, survey, options).message end
    assert.matches("standard '2' is rated from its questions", message { seed = "s", judged = { ["2"] = "Good" } })
    assert.matches("unknown standard '9'", message { seed = "s", judged = { ["9"] = "Good" } })
    assert.matches("unknown rating 'Goood': did you mean 'Good'", message { seed = "s", judged = { ["1"] = "Goood" } })
    assert.matches("no standard can be rated",
      refusal(fw.probability, fw, survey_of({ a = answers.a }, { framework = fw }), { seed = "s" }).message)
  end)
end)
