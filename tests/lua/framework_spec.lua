local assay = require "assay"
local support = require "support"
local refusal = support.refusal

local fw = assay.framework "probation-2018"

--- What a survey offers to the annex, from counts by question: { x, relevant, unanswered }.
local function survey_of(counts)
  return setmetatable({
    has = function(_, question) return counts[question] ~= nil end,
    proportion = function(_, question)
      local x, relevant, unanswered = table.unpack(counts[question])
      return {
        question = question, x = x, relevant = relevant, not_applicable = 0,
        unanswered = unanswered or 0, percent = math.floor(100 * x / relevant + 0.5),
        lower = 0.25, upper = 0.75, flags = unanswered and { unanswered .. " unanswered" } or {},
      }
    end,
  }, { __metatable = "assay.Survey" })
end

-- Counts that give the percentages printed for Durham Tees Valley; where no base is printed, of 100.
local function surveys()
  return {
    survey_of {
      ["2.1.1"] = { 63, 100 }, ["2.1.2"] = { 57, 100 }, ["2.1.3"] = { 47, 100 },
      ["2.2.1"] = { 61, 100 }, ["2.2.2"] = { 60, 100 }, ["2.2.3"] = { 27, 74 },
      ["2.3.1"] = { 73, 100 }, ["2.3.2"] = { 52, 100 }, ["2.3.3"] = { 29, 69 },
      ["2.4.1"] = { 65, 100 }, ["2.4.2"] = { 46, 100 }, ["2.4.3"] = { 19, 58, 2 },
    },
    survey_of {
      ["4.1.1"] = { 14, 23 }, ["4.1.2"] = { 19, 23 }, ["4.1.3"] = { 17, 23 }, ["4.1.4"] = { 16, 23 },
    },
    survey_of { ["4.2.1"] = { 12, 24 }, ["4.2.2"] = { 12, 24 }, ["4.2.3"] = { 12, 24 } },
  }
end

local function options()
  return {
    judged = { ["1.1"] = "Outstanding", ["1.2"] = "Good", ["1.3"] = "Good", ["1.4"] = "Good" },
    discretion = {
      ["2.1"] = { rating = "Requires improvement", why = "wider evidence" },
      ["4.1"] = { rating = "Good", why = "wider evidence" },
    },
  }
end

local small = {
  title = "Two standards", scale = "probation-2018",
  standards = {
    { id = "1", name = "Leadership", judged = true },
    { id = "2", name = "Work", questions = { { id = "q1", text = "Is it done?" }, { id = "q2", text = "Well?" } } },
  },
}

--- The small framework with some keys changed; false takes one away.
local function changed(keys)
  local copy = {}
  for key, value in pairs(small) do copy[key] = value end
  for key, value in pairs(keys) do copy[key] = value or nil end
  return copy
end

describe("framework", function()
  it("finds the shipped one by name, with its scale", function()
    assert.equal(10, #fw.standards)
    assert.equal(19, #fw:questions())
    assert.equal("probation-2018", fw.scale.id)
    assert.same({ yes = "Yes", no = "No", not_applicable = "NA" }, fw.values)
    assert.matches("^Probation inspections of Community Rehabilitation Companies, 2018\n  1%.1  Leadership: judged",
      tostring(fw))
  end)

  it("has those of probation delivery units and youth offending services", function()
    local shipped = {
      ["probation-pdu-2021"] = { 9, 9, "probation-pdu-2021" }, ["probation-pdu-2023"] = { 7, 7, "probation-pdu-2023" },
      ["youth-2018"] = { 13, 12, "youth-2018" },
    }
    for name, want in pairs(shipped) do
      local one = assay.framework(name)
      local counted = 0
      for _, s in ipairs(one.standards) do counted = counted + (s.counted and 1 or 0) end
      assert.same(want, { #one.standards, counted, one.scale.id })
      assert.matches("No wording could be read", one.source)
      assert.matches("names not verified in a source: ", tostring(one), 1, true)
    end
    local youth = assay.framework "youth-2018"
    assert.matches("4%.1  Resettlement policy and provision: [^\n]*; not counted towards the overall rating\n", tostring(youth))
    assert.matches("verified in a source: 2%.1, 2%.2, 2%.3, 3%.1, 3%.2, 3%.3$", tostring(youth))
  end)

  it("lists the questions of one standard, of several and of all", function()
    assert.same({ "4.1.1", "4.1.2", "4.1.3", "4.1.4" }, fw:questions "4.1")
    assert.same({ "4.2.1", "4.2.2", "4.2.3", "2.1.1", "2.1.2", "2.1.3" }, fw:questions { "4.2", "2.1" })
    assert.same({}, fw:questions "1.1")
  end)

  it("has the wording of questions and standards", function()
    assert.equal("Does assessment focus on the key issues relevant to unpaid work?", fw:text "4.1.1")
    assert.matches("^Unpaid work is delivered safely", fw:text "4.1")
    assert.matches("unknown standard or question '4%.1%.9'", refusal(fw.text, fw, "4.1.9").message)
    assert.matches("unknown standard '4%.9': did you mean", refusal(fw.questions, fw, "4.9").message)
  end)

  it("takes a table, and a file by its path", function()
    assert.equal("Two standards", assay.framework(small).title)
    local path = support.path "framework.json"
    assay.write_json(path, small)
    local read = assay.framework(path)
    assert.same({ "q1", "q2" }, read:questions "2")
    assert.equal("Leadership", read:text "1")
    assert.equal(read, assay.framework(read))
  end)

  it("takes a scale that is at hand", function()
    local scale = assay.rating.scale "probation-2018"
    assert.equal(scale, assay.framework(changed { scale = scale }).scale)
  end)

  it("names what is shipped where there is no such framework", function()
    assert.matches("unknown framework 'probation': known are probation%-2018",
      refusal(assay.framework, "probation").message)
    assert.matches("did you mean 'probation%-2018'%?", refusal(assay.framework, "probation-2019").message)
    assert.matches("unknown rating scale 'school'", refusal(assay.framework, changed { scale = "school" }).message)
  end)

  it("names the key that is wrong", function()
    local one = { { id = "a", text = "?" } }
    local cases = {
      { { titel = "x" }, "unknown option 'titel': did you mean 'title'%?" },
      { { title = false }, "a framework needs 'title'" },
      { { scale = false }, "a framework needs 'scale'" },
      { { standards = {} }, "'standards' must hold at least one" },
      { { standards = { small.standards[1], nil, small.standards[2] } }, "standards must be a list: it has gaps" },
      { { standards = { a = small.standards[1] } }, "standards must be a list: it has gaps, or names" },
      { { standards = { { id = "1", name = "A" } } }, "standard '1' must be either judged or have questions" },
      { { standards = { { id = "1", name = "A", judged = true, questions = one } } }, "either judged or have" },
      { { standards = { { id = "1", name = "A", question = one } } }, "did you mean 'questions'%?" },
      { { standards = { { id = 1, name = "A", judged = true } } }, "id must be text, not 1" },
      { { standards = { { name = "A", judged = true } } }, "a standard needs 'id'" },
      { { standards = { { id = "1", name = "A", questions = { { id = "a" } } } } }, "a question needs 'text'" },
      { { standards = { { id = "a", name = "A", questions = one } } }, "'a' stands twice" },
      { { standards = { { id = "1", name = "A", note = "x", questions = one } } }, "'note' is for one whose rating is given" },
      { { standards = { { id = "1", name = "A", judged = true, counted = "no" } } }, "counted must be true or false, not 'no'" },
      { { standards = { { id = "1", name = "A", judged = true, counted = false } } }, "at least one standard must count" },
      { { standards = { { id = "1", name = "A", questions = { one[1], one[1] } } } }, "'a' stands twice" },
      { { standards = { { id = "1", name = "A", questions = {} } } }, "'questions' must hold at least one" },
      { { values = { yes = "Y", no = "N" } }, "'values' needs 'not_applicable'" },
      { { values = { yes = "Y", no = "N", na = "-" } }, "unknown option 'na'" },
    }
    for _, case in ipairs(cases) do
      assert.matches(case[2], refusal(assay.framework, changed(case[1])).message)
    end
  end)

  it("has its keys, and those of scales, written down", function()
    local text = support.content((os.getenv "ASSAY_ROOT" or ".") .. "/data/README.md")
    local frameworks, scales = text:match "## The form of a framework(.*)## The form of a scale(.*)$"
    for _, class in ipairs { "FrameworkOptions", "FrameworkStandard", "FrameworkQuestion", "FrameworkValues" } do
      for key in pairs(require "assay.check".option_classes[class]) do
        assert.is_truthy(frameworks:find(("`%s`"):format(key), 1, true), key)
      end
    end
    local function written(object)
      for key, value in pairs(object) do
        if type(key) == "string" then assert.is_truthy(scales:find(("`%s`"):format(key), 1, true), key) end
        if type(value) == "table" then written(value) end
      end
    end
    written(assay.read_json "data/scales/probation-2018.json")
  end)

  it("names the file that is wrong", function()
    local path = support.path "broken.json"
    assay.write_json(path, changed { titel = "x" })
    local err = refusal(assay.framework, path)
    assert.equal("data", err.kind)
    assert.equal(path, err.file)
  end)

  it("names the nearest field, and asks for a colon", function()
    assert.matches("did you mean 'standards'%?", refusal(function() return fw.standard end).message)
    assert.matches("write fw:questions%(%.%.%.%), with a colon", refusal(fw.questions, "4.1").message)
  end)
end)

describe("fw:annex", function()
  it("gives the ratings printed for Durham Tees Valley", function()
    local annex = fw:annex(surveys(), options())
    local want = {
      ["1.1"] = "Outstanding", ["1.2"] = "Good", ["1.3"] = "Good", ["1.4"] = "Good",
      ["2.1"] = "Requires improvement", ["2.2"] = "Inadequate", ["2.3"] = "Inadequate",
      ["2.4"] = "Inadequate", ["4.1"] = "Good", ["4.2"] = "Requires improvement",
    }
    for id, rating in pairs(want) do assert.equal(rating, annex.ratings[id]) end
    assert.same({ "Requires improvement", 13, 30 },
      { annex.overall.rating, annex.overall.points, annex.overall.maximum })
    assert.equal(29, #annex)
  end)

  it("has a row for each standard, and behind it one for each question", function()
    local annex = fw:annex(surveys(), options())
    assert.same({ "standard", "question", "text", "x", "relevant", "not_applicable", "unanswered",
      "percent", "lower", "upper", "rating", "note" }, annex.columns)
    local rows = {}
    for row in annex:rows() do rows[#rows + 1] = row end
    assert.same({ standard = "1.1", text = "Leadership", rating = "Outstanding",
      note = "judged, not rated from percentages" }, rows[1])
    assert.same({ standard = "2.1", text = "Assessment", rating = "Requires improvement",
      note = "by discretion, Inadequate by percentages: wider evidence" }, rows[5])
    assert.same({ standard = "2.2", question = "2.2.3", text = fw:text "2.2.3", x = 27, relevant = 74,
      not_applicable = 0, unanswered = 0, percent = 36, lower = 0.25, upper = 0.75 }, rows[12])
    assert.equal("2 unanswered", rows[20].note)
  end)

  it("comes out as it was printed for Durham Tees Valley, cell by cell", function()
    local printed = assay.read_json "data/dtv-2018/published.json"
    local o = options()
    for id, footnote in pairs { ["4.1"] = 15, ["2.1"] = 18 } do o.discretion[id].why = "footnote " .. footnote end
    local cells, words, text = {}, {}, tostring(fw:annex(surveys(), o))
    for line in text:gmatch "│([^\n]+)│" do
      local wording, cell = line:match "^(.-)│(.*)$"
      local id = wording:match "^ +([%d.]+)%. "
      words[#words + 1] = wording
      if id then cells[id] = cell:match "^ *(.-) *$" end
    end
    for _, question in ipairs(printed.key_questions) do
      assert.equal(question.percent .. "%", cells[question.id]:match "^%d+%%", question.id)
    end
    for _, standard in ipairs(printed.standards) do
      local rating, mark = cells[standard.id]:match "^(.-) ?%[?(%d*)%]?$"
      assert.equal(standard.rating, rating, standard.id)
      local note = mark ~= "" and text:match("\n%[" .. mark .. "%] ([^\n]+)") or ""
      assert.equal(standard.discretion, note:find "^by discretion, .*: footnote %d+$" ~= nil, standard.id)
    end
    local whole = table.concat(words):gsub("%s+", " ")
    for _, s in ipairs(fw.standards) do
      assert.is_truthy(whole:find(("%s. %s %s"):format(s.id, s.name, s.text), 1, true), s.id)
      for _, q in ipairs(s.questions or {}) do assert.is_truthy(whole:find(q.id .. ". " .. q.text, 1, true), q.id) end
    end
  end)

  it("says which percentages are of relevant cases alone, and what is blank", function()
    local list = surveys()
    local plain = list[1].proportion
    rawset(list[1], "proportion", function(self, question)
      local found = plain(self, question)
      found.not_applicable = found.relevant < 100 and 100 - found.relevant or 0
      return found
    end)
    local text = tostring(fw:annex(list, options()))
    assert.matches("keeping other people safe%?%s+│ 36%% %[3%]", text)
    assert.matches("33%% %[3%] %[4%]", text)
    assert.matches("\n[3] percentages of the relevant cases alone, those to which the question applies: 2.2.3 (74), "
      .. "2.3.3 (69), 2.4.3 (58)\n[4] unanswered cases, which are not among the relevant ones: 2.4.3 (2)\n", text, 1, true)
  end)

  it("leaves out of the whole what was not rated and what does not count", function()
    local youth = assay.framework "youth-2018"
    local judged, not_rated = {}, {}
    for _, s in ipairs(youth.standards) do judged[s.id] = "Good" end
    judged["4.1"] = "Outstanding"
    local annex = youth:annex({}, { judged = judged })
    assert.same({ "Good", 24, 36 }, { annex.overall.rating, annex.overall.points, annex.overall.maximum })
    assert.equal("Outstanding", annex.ratings["4.1"])
    assert.matches("not counted towards the overall rating", annex:column("note")[13])
    for i = 1, 4 do
      judged["2." .. i], not_rated["2." .. i] = nil, "no court disposals"
    end
    annex = youth:annex({}, { judged = judged, not_rated = not_rated })
    assert.same({ "Good", 16, 24 }, { annex.overall.rating, annex.overall.points, annex.overall.maximum })
    assert.is_nil(annex.ratings["2.1"])
    assert.matches("\n[2] not rated in this inspection: no court disposals\n", tostring(annex), 1, true)
    judged["4.1"] = nil -- it does not count, and takes nothing from the whole
    assert.equal(16, youth:annex({}, { judged = judged, not_rated = not_rated }).overall.points)
    judged["1.1"] = nil
    assert.same({ "1.1" }, youth:annex({}, { judged = judged, not_rated = not_rated }).overall.missing)
    not_rated["1.2"] = "x"
    assert.matches("'1%.2' is in not_rated, and has a rating too",
      refusal(youth.annex, youth, {}, { judged = judged, not_rated = not_rated }).message)
    not_rated["1.2"] = " "
    assert.matches("not_rated needs the reason for standard '1%.2'",
      refusal(youth.annex, youth, {}, { judged = judged, not_rated = not_rated }).message)
    assert.matches("unknown standard '1%.9': did you mean",
      refusal(youth.annex, youth, {}, { not_rated = { ["1.9"] = "x" } }).message)
    for _, s in ipairs(youth.standards) do not_rated[s.id] = "x" end
    assert.equal("not rated, because no standard is that counts",
      tostring(youth:annex({}, { not_rated = not_rated }).overall))
  end)

  it("rates unrounded shares where that is asked for", function()
    local two = assay.framework(small)
    local survey = survey_of { q1 = { 99, 200 }, q2 = { 150, 200 } } -- 49.5 per cent
    local function rated(rounding)
      local annex = two:annex(survey, { judged = { ["1"] = "Good" }, rounding = rounding })
      return annex.ratings["2"], annex:column("note")[2]
    end
    assert.equal("Requires improvement", (rated()))
    assert.equal("Requires improvement", (rated "half_up"))
    assert.equal("Inadequate", (rated "none"))
    assert.matches("how q1 is rounded decides its band", select(2, rated()))
  end)

  it("prints the reason for a discretion to its end", function()
    local why = ("wider evidence "):rep(6) .. "and a last word"
    local o = options()
    o.discretion["2.1"].why = why
    assert.equal(why, tostring(fw:annex(surveys(), o)):match "by percentages: (wider .- a last word)")
  end)

  it("prints no character that would rule the terminal", function()
    local two = assay.framework(changed { standards = { { id = "1", name = "A\27[2J", judged = true, note = "b\7c\nd" } } })
    local text = tostring(two:annex({}, { judged = { ["1"] = "Good" } }))
    assert.matches("1. A\\x1B[2J", text, 1, true)
    assert.matches("[1] b\\x07c\\nd\n", text, 1, true)
  end)

  it("prints the ratings in order and the overall rating beneath", function()
    local annex = fw:annex(surveys(), options())
    assert.matches("1%.1  Leadership: Outstanding\n1%.2  Staff: Good\n", tostring(annex.ratings))
    assert.matches("4%.2  Through the Gate: Requires improvement$", tostring(annex.ratings))
    assert.matches("\n\noverall: Requires improvement %(13 of 30 points%)\nassumed, not verified: bands, ", tostring(annex))
  end)

  it("names what is missing or mistyped", function()
    local function refused(change)
      local o = options()
      change(o)
      return refusal(fw.annex, fw, surveys(), o).message
    end
    assert.matches("unknown standard '1%.9': did you mean", refused(function(o) o.judged["1.9"] = "Good" end))
    assert.matches("unknown standard '9%.9%.9%.9'",
      refused(function(o) o.discretion["9.9.9.9"] = { rating = "Good", why = "x" } end))
    assert.matches("unknown rating 'Godo': did you mean 'Good'%?", refused(function(o) o.judged["1.1"] = "Godo" end))
    assert.matches("'2%.2' is rated from its questions: use discretion",
      refused(function(o) o.judged["2.2"] = "Good" end))
    assert.matches("'1%.1' is judged: put its rating into judged",
      refused(function(o) o.discretion["1.1"] = { rating = "Good", why = "x" } end))
    assert.matches("standard '4%.1': a discretion needs 'why'", refused(function(o) o.discretion["4.1"].why = nil end))
    assert.matches("the ids of standards are text: write '1%.2' in quotes", refused(function(o) o.judged[1.2] = "Good" end))
    assert.matches("unknown option 'juged': did you mean 'judged'%?", refused(function(o) o.juged = {} end))
  end)

  it("rates what it can, and says what is missing", function()
    local list, o = surveys(), options()
    o.judged["1.2"] = nil
    local annex = fw:annex({ list[1] }, { judged = o.judged, discretion = { ["2.1"] = o.discretion["2.1"] } })
    assert.equal("Inadequate", annex.ratings["2.2"])
    assert.is_nil(annex.ratings["1.2"])
    assert.is_nil(annex.ratings["4.1"])
    assert.is_nil(annex.overall.rating)
    assert.same({ "1.2", "4.1", "4.2" }, annex.overall.missing)
    local text = tostring(annex)
    assert.matches("overall: not rated, because these are not: 1.2, 4.1, 4.2", text, 1, true)
    assert.matches("1.2  Staff: not rated", tostring(annex.ratings), 1, true)
    assert.matches("\n[2] not rated: no judgement is given\n", text, 1, true)
    local notes = {}
    for row in annex:rows() do notes[row.question or row.standard] = row.note end
    assert.equal("not rated: no judgement is given", notes["1.2"])
    assert.equal("not rated: no survey has 4.2.1, 4.2.2, 4.2.3", notes["4.2"])
    assert.equal("in none of the surveys", notes["4.2.1"])
    local function lifted(by)
      return fw:annex({ list[1] }, { judged = o.judged, discretion = { ["4.2"] = by } })
    end
    assert.matches("4.2.3; its discretion is not used: there is no percentage to depart from",
      tostring(lifted { rating = "Good", why = "seen" }), 1, true)
    assert.matches("standard '4.2': unknown rating 'Goood'", refusal(lifted, { rating = "Goood", why = "seen" }).message)
    assert.matches("standard '4.2': a discretion needs 'why'", refusal(lifted, { rating = "Good" }).message)
  end)

  it("rates groups from their percentages alone", function()
    local two = assay.framework(small)
    -- by group and question: x, relevant
    local counts = { { "North", 3, { q1 = { 40, 60 }, q2 = { 30, 60 } } }, { "North", 1, { q1 = { 4, 5 }, q2 = { 5, 5 } } },
                     { "South", 3, { q1 = { 0, 0 }, q2 = { 0, 0 } } } }
    local survey = survey_of { q1 = { 44, 65 }, q2 = { 35, 65 } }
    rawset(survey, "proportions", function(_, questions, o)
      assert.same({ { "q1", "q2" }, { "ldu", "tier" }, 0.8 }, { questions, o.by, o.confidence })
      local rows = {}
      for _, question in ipairs(questions) do
        for _, group in ipairs(counts) do
          local x, relevant = table.unpack(group[3][question])
          rows[#rows + 1] = { group[1], group[2], question, x, relevant, relevant > 0 and 100 * x // relevant or nil,
                              question == "q2" and "wider than planned" or "" }
        end
      end
      return assay.frame { columns = { "ldu", "tier", "question", "x", "relevant", "percent", "flags" }, rows = rows }
    end)
    local annex = two:annex({ survey }, { judged = { ["1"] = "Good" }, by = { "ldu", "tier" }, confidence = 0.8,
      discretion = { ["2"] = { rating = "Outstanding", why = "x" } } })
    assert.equal("Outstanding", annex.ratings["2"])
    local rows = {}
    for row in annex.groups:rows() do rows[#rows + 1] = row end
    assert.same({
      { ldu = "North", tier = 3, standard = "2", name = "Work", question = "q2", x = 30, relevant = 60, percent = 50,
        rating = "Requires improvement", note = "wider than planned" },
      { ldu = "North", tier = 1, standard = "2", name = "Work", question = "q1", x = 4, relevant = 5, percent = 80,
        rating = "Outstanding", note = "few relevant cases" },
      { ldu = "South", tier = 3, standard = "2", name = "Work", note = "not rated: no question has a relevant case" },
    }, rows)
    assert.matches("\nby group, from the percentages alone: [^\n]*\n┌", tostring(annex))
    local whole = two:annex({ survey }, { judged = { ["1"] = "Good" } })
    assert.matches("unknown field or method of Frame 'groups'", refusal(function() return whole.groups end).message)
  end)

  it("prints no private value of a group", function()
    local two = assay.framework { title = "t", scale = "probation-2018", standards = {
      { id = "1", name = "one", questions = { { id = "a", text = "a" } } },
      { id = "2", name = "two", questions = { { id = "b", text = "b" } } },
    } }
    local function survey(question, private)
      return assay.survey { framework = two, population = 9, confidence = 0.8, questions = question,
        answers = assay.frame { columns = { "id", question, "officer" }, id = "id", private = private,
          rows = { { "1", "Yes", "Smith" }, { "2", "No", "Jones" } } } }
    end
    local annex = two:annex({ survey "a", survey("b", { "officer" }) }, { by = "officer" })
    assert.equal(4, #annex.groups)
    assert.is_true(annex.groups.private.officer)
    assert.is_nil(tostring(annex):find "Smith")
  end)

  it("brings the groups of several surveys together", function()
    local three = changed { standards = { small.standards[1], small.standards[2],
      { id = "3", name = "Visits", questions = { { id = "q3", text = "Seen?" } } } } }
    local function survey(question, rows)
      local one = survey_of { [question] = { 7, 10 } }
      rawset(one, "proportions", function(_, questions)
        assert.same({ question }, questions)
        return assay.frame { columns = { "ldu", "question", "x", "relevant", "percent", "flags" }, rows = rows,
          types = { ldu = "text" } }
      end)
      return one
    end
    local surveys_of_three = {
      survey("q1", { { "nil", "q1", 6, 10, 60, "" }, { nil, "q1", 9, 10, 90, "" } }),
      survey("q3", { { nil, "q3", 7, 10, 70, "" }, { "West", "q3", 4, 10, 40, "" } }),
      survey_of {}, -- no question of the framework
    }
    local list = {}
    local function rate_by(not_rated)
      list = {}
      local groups = assay.framework(three):annex(surveys_of_three, { judged = { ["1"] = "Good" }, by = "ldu",
        not_rated = not_rated }).groups
      for row in groups:rows() do list[#list + 1] = { row.ldu or false, row.standard, row.rating or row.note } end
      return list
    end
    local absent = "not rated: no case of this group in the survey of q3"
    assert.same({ { "nil", "3", absent }, { false, "3", "Good" }, { "West", "3", "Inadequate" } },
      rate_by { ["2"] = "not looked at" })
    assert.equal(6, #rate_by())
    assert.same({ "nil", "2", "not rated: no survey has q2" }, list[1])
    assert.same({ "West", "2", "not rated: no survey has q2" }, list[5])
  end)

  it("names a question that is in two surveys", function()
    local list = surveys()
    assert.matches("question '4%.1%.1' is in two of the surveys",
      refusal(fw.annex, fw, { list[1], list[2], list[2], list[3] }, options()).message)
    assert.matches("the surveys must be a list: it has gaps",
      refusal(fw.annex, fw, { list[1], nil, list[3] }, options()).message)
    assert.matches("each of the surveys must be a Survey", refusal(fw.annex, fw, { {} }, options()).message)
  end)

  it("does not rate a standard without a relevant case", function()
    local two = assay.framework(small)
    local annex = two:annex(survey_of { q1 = { 0, 0 }, q2 = { 0, 0 } }, { judged = { ["1"] = "Good" } })
    assert.is_nil(annex.ratings["2"])
    assert.matches("not rated: no question has a relevant case", annex:column("note")[2])
  end)

  it("takes a survey with its sample and answers", function()
    local two = assay.framework(small)
    local sample = assay.plan { frame = support.cases(50), strata = "gender", size = 13 }:draw { seed = "s1" }
    local rows = {}
    for case in sample.cases:rows() do
      if case.role == "sample" then
        rows[#rows + 1] = { case.case_id, #rows < 9 and "Yes" or "No", #rows < 12 and "Yes" or "NA" }
      end
    end
    local answers = assay.frame { columns = { "case_id", "q1", "q2" }, rows = rows, id = "case_id",
                                  types = { q1 = "text", q2 = "text" } }
    local survey = assay.survey { framework = two, sample = sample, answers = answers }
    local judged = { ["1"] = "Outstanding" }
    local annex = two:annex(survey, { judged = judged, confidence = 0.80 })
    assert.equal("Good", annex.ratings["2"])
    assert.equal(69, annex:column "percent"[3])
    assert.is_true(annex:column "lower"[3] < 9 / 13 and annex:column "upper"[3] > 9 / 13)
    assert.matches("'confidence' is needed", refusal(two.annex, two, survey, { judged = judged }).message)
  end)
end)
