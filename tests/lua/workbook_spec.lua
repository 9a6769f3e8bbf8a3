-- workbook_spec.lua: what inspectors fill in, as LibreOffice shows it and saves it, and read back by its path.

local assay = require "assay"
local office = require "office"
local program = require "program"
local support = require "support"

local framework = assay.framework { title = "Test", scale = "probation-2018", standards = {
  { id = "1.1", name = "Leadership", judged = true },
  { id = "2.1", name = "Assessment", questions = {
    { id = "2.1.1", text = "Is \"it\" <well> & good?" }, { id = "2.1.2", text = "=1+1" } } },
  { id = "2.2", name = "Planning", questions = { { id = "2.2.1", text = "Ça va? \u{1F600}" } } },
} }

--- A sample of 12 cases of 30 with 4 reserves: A is F, B is M. Ids have zeros in front; surnames are private.
local units = { "North", "South/East", "north" }

local function draw(seed)
  local rows = {}
  for i = 1, 30 do
    rows[i] = { ("%04d"):format(i), "Name " .. i, i % 3 == 0 and "A" or "B", i % 5 > 0 and units[i % 3 + 1] or nil, "=1+" .. i,
      18 + i, ("2018-11-%02d"):format(i) }
  end
  return assay.plan { strata = "kind", size = 12, reserve = 0.3, frame = assay.frame {
    columns = { "case_id", "surname", "kind", "ldu", "note", "age", "start" }, rows = rows, id = "case_id",
    private = "surname", types = { kind = "category", ldu = "category", start = "date" } } }:draw { seed = seed or "book" }
end

local sample = draw()

local function make(options)
  local path = support.path "book.xlsx"
  options.framework = options.framework or framework
  assert.equal(sample, sample:workbook(path, options))
  return path
end

local function fails(pattern, options, path)
  options.framework = options.framework or framework
  path = path or support.path "bad.xlsx"
  local err = support.refusal(sample.workbook, sample, path, options)
  assert.matches(pattern, err.message)
  assert.is_false(support.exists(path))
  return err
end

--- The cases of a role in the order of the sample.
local function ids(role, of)
  local list = {}
  for row in (of or sample).cases:rows() do
    if row.role == role then list[#list + 1] = row.case_id end
  end
  return list
end

--- A sample of which the first of A is replaced, the first of B too, and the second of B is not.
local function lose(drawn)
  local first = {}
  for row in drawn.cases:rows() do
    if row.role == "sample" and row.rank < 3 then first[row.stratum .. row.rank] = row.case_id end
  end
  drawn:replace(first.A1, "out_of_scope", "order revoked")
  drawn:replace(first.B1, "unavailable", "file lost")
  drawn:withdraw(first.B2, "unavailable", "file lost")
  return drawn
end

describe("sample:workbook", function()
  it("has a row for each case and a column for each question", function()
    local book = assay.read(make { columns = { "note", "age", "start" } })
    assert.same({ "case_id", "note", "age", "start", "2.1.1", "2.1.2", "2.2.1" }, book.columns)
    assert.same(ids "sample", book:column "case_id":list())
    local note, age = {}, {}
    for row in sample.cases:rows() do
      if row.role == "sample" then note[#note + 1], age[#age + 1] = row.note, row.age end
    end
    assert.same(note, book:column "note":list())
    assert.same(age, book:column "age":list())
    assert.equal("Cases", book.source.sheet)
    for i = 1, #book do assert.is_nil(book:column "2.1.1"[i]) end
  end)

  it("asks the questions of the standards that are chosen", function()
    assert.same({ "case_id", "2.2.1" }, assay.read(make { standards = "2.2" }).columns)
    assert.same({ "case_id", "2.2.1", "2.1.1", "2.1.2" }, assay.read(make { standards = { "2.2", "2.1" } }).columns)
    fails("unknown standard '2.3'", { standards = "2.3" })
    fails("standards has '2.1' twice", { standards = { "2.1", "2.1" } })
    fails("these standards are judged", { standards = "1.1" })
  end)

  it("has the reserves in their order on a sheet of their own, without questions", function()
    local path = make { columns = "kind" }
    local reserves = assay.read(path, { sheet = "Reserves", id = "case_id" })
    assert.same({ "stratum", "rank", "case_id", "kind" }, reserves.columns)
    assert.same(ids "reserve", reserves:column "case_id":list())
    assert.same({ "A", "B", "B" }, reserves:column "stratum":list())
    local ranks = {}
    for row in sample.cases:rows() do
      if row.role == "reserve" then ranks[#ranks + 1] = row.rank end
    end
    assert.same(ranks, reserves:column "rank":list())
  end)

  it("has no second sheet where there are no reserves", function()
    local cases = assay.frame { columns = { "id" }, rows = { { "1" }, { "2" }, { "3" } }, id = "id" }
    local path = support.path "none.xlsx"
    assay.plan { frame = cases, size = 2 }:draw { seed = "s" }:workbook(path, { framework = framework })
    assert.equal(1, assay.read(path).source.sheets)
  end)

  it("has the cases that are to be assessed, not the lost ones, after replacements", function()
    local drawn = draw()
    local cases, reserves = ids("sample", drawn), ids("reserve", drawn)
    lose(drawn)
    local path = support.path "after.xlsx"
    drawn:workbook(path, { framework = framework })
    local found, left = assay.read(path):column "case_id":list(), assay.read(path, { sheet = "Reserves", id = "case_id" })
    assert.same(ids("sample", drawn), found)
    assert.equal(#cases - 1, #found) -- three were lost, and two reserves have taken a place
    assert.same({ reserves[3] }, left:column "case_id":list())
    local is_there = {}
    for _, id in ipairs(found) do is_there[id] = true end
    assert.is_true(is_there[reserves[1]] and is_there[reserves[2]])
    for row in drawn.log:rows() do assert.is_nil(is_there[row.id]) end
  end)

  it("keeps out how cases were drawn, and what is private but not asked for", function()
    for _, name in ipairs { "ticket", "weight", "probability", "role" } do
      fails(("'%s' is no column of the list, and how a case was drawn"):format(name), { columns = name })
    end
    fails("unknown column 'surnam': did you mean 'surname'", { columns = "surnam" })
    fails("unknown column 'lud': did you mean 'ldu'", { split = "lud" })
    fails("columns has 'ldu' twice", { columns = { "ldu", "ldu" } })
    assert.equal("split", fails("'surname' is private: it comes into a workbook only where columns names it too",
      { split = "surname" }).argument)
    local book = make { columns = { "case_id", "surname" }, standards = "2.2" }
    assert.same({ "case_id", "surname", "2.2.1" }, assay.read(book).columns)
    assert.is_nil(support.content(make {}):find("Name 1", 1, true))
  end)

  it("refuses what it cannot be made of", function()
    fails("must end in .xlsx", {}, support.path "book.xls")
    assert.matches("'framework' is needed", support.refusal(sample.workbook, sample, support.path "a.xlsx").message)
    local options = { framework = {} }
    assert.matches("a Framework", support.refusal(sample.workbook, sample, support.path "a.xlsx", options).message)
    fails("'note' is a column of the list and a question: rename", { columns = "note", framework = assay.framework {
      title = "T", scale = "probation-2018",
      standards = { { id = "1", name = "N", questions = { { id = "note", text = "?" } } } } } })
    fails("the note 'x+%.%.%.' .* 32,767 characters", { framework = assay.framework { title = "T", scale = "probation-2018",
      standards = { { id = "1", name = "N", questions = { { id = "q", text = ("x"):rep(32768) } } } } } })
    fails("unknown option 'standard': did you mean 'standards'", { standard = "2.1" })
  end)

  it("is the same bytes every time", function()
    local options = { columns = { "ldu", "surname" }, split = "ldu" }
    assert.equal(support.content(make(options)), support.content(make(options)))
  end)

  it("is the same bytes in the program and in stock Lua", function()
    local script = [[
      local assay, rows = require "assay", {}
      for i = 1, 30 do rows[i] = { ("%04d"):format(i), "=1+" .. i, i % 3 == 0 and "A" or "B" } end
      assay.plan { frame = assay.frame { columns = { "id", "note", "kind" }, rows = rows, id = "id" }, size = 12, reserve = 0.3 }
        :draw { seed = "book" }
        :workbook(..., { framework = assay.framework "probation-2018", columns = { "note", "kind" }, split = "kind" })]]
    local here = support.path "here.xlsx"
    load(script)(here)
    local folder = program.folder_with("local function make(...)\n" .. script .. "\nend\nmake 'there.xlsx'\n")
    local code, _, errors = program.shell(folder, "assay run try.lua --out out")
    assert.same({ 0, "" }, { code, errors })
    assert.equal(support.content(here), support.content(folder .. "/out/there.xlsx"))
  end)
end)

describe("a split workbook", function()
  local path = make { columns = "age", split = "ldu" }

  it("has a sheet for each level, which no sheet's name need be", function()
    for name, level in pairs { North = "North", ["South-East"] = "South/East", ["north (2)"] = "north", NA = false } do
      local sheet = assay.read(path, { sheet = name, types = { ldu = "text" }, id = "case_id" })
      assert.same({ "case_id", "age", "ldu", "2.1.1", "2.1.2", "2.2.1" }, sheet.columns)
      local expected = {}
      for row in sample.cases:rows() do
        if row.role == "sample" and row.ldu == (level or nil) then expected[#expected + 1] = row.case_id end
      end
      assert.is_true(#expected > 0)
      assert.same(expected, sheet:column "case_id":list())
    end
  end)

  it("is read whole with only its path, without the reserves", function()
    local book = assay.read(path)
    local found, want = book:column "case_id":list(), ids "sample"
    table.sort(found)
    table.sort(want)
    assert.same(want, found)
    local names = {}
    for i, piece in ipairs(book.source.pieces) do names[i] = piece.sheet end
    assert.same({ "North", "South-East", "north (2)", "NA" }, names)
    assert.equal(5, book.source.sheets)
    assert.equal(#want, #assay.scan(path):collect())
  end)

  it("cuts long names, and counts those that are alike then", function()
    local rows, long = {}, ("\u{1F600}"):rep(10) .. "0123456789"
    for i = 1, 4 do rows[i] = { tostring(i), ({ long .. "012", long .. "013", "'quoted'", "Reserves" })[i] } end
    local cases = assay.frame { columns = { "id", "unit" }, rows = rows, id = "id", types = { unit = "text" } }
    local book = support.path "long.xlsx"
    assay.plan { frame = cases, size = 4 }:draw { seed = "s" }:workbook(book, { framework = framework, split = "unit" })
    local names = {}
    for i, piece in ipairs(assay.read(book).source.pieces) do names[i] = piece.sheet end
    assert.same({ "quoted", "Reserves (2)", ("\u{1F600}"):rep(10) .. "0123456789" .. "0",
      ("\u{1F600}"):rep(10) .. "0123456" .. " (2)" }, names)
  end)

  it("refuses more levels than there can be sheets", function()
    local rows = {}
    for i = 1, 256 do rows[i] = { tostring(i) } end
    local cases = assay.frame { columns = { "id" }, rows = rows, id = "id" }
    local drawn = assay.plan { frame = cases, size = 256 }:draw { seed = "s" }
    assert.matches("256 sheets, where there can be 1 to 255",
      support.refusal(drawn.workbook, drawn, support.path "many.xlsx", { framework = framework, split = "id" }).message)
  end)
end)

-- The bytes are the same from every host (above), so one of them shows this: see tests/run.
describe("a workbook in LibreOffice #office", function()
  --- Every case of a list of sheets' cells answered: typed, and by case what was typed for 2.1.1.
  local answers = { "Yes", "No", "NA", "" }

  local function type_answers(path, sheets)
    local typed, given = {}, {}
    for name, column in pairs(sheets) do
      for row, id in ipairs(assay.read(path, { sheet = name, id = "case_id" }):column "case_id":list()) do
        local answer = answers[row % 4 + 1]
        if answer ~= "" then typed[#typed + 1] = { name, column .. row + 1, answer } end
        given[id] = answer
      end
    end
    return typed, given
  end

  --- Yes, no, not applicable and blank, as a survey should count them.
  local function counts(given)
    local n = { Yes = 0, No = 0, NA = 0, [""] = 0 }
    for _, answer in pairs(given) do n[answer] = n[answer] + 1 end
    return { n.Yes, n.Yes + n.No, n.NA, n[""] }
  end

  local function survey_of(path, id)
    return assay.survey { answers = assay.read(path, { id = id }), sample = sample, framework = framework }
  end

  local function counted(survey)
    local result = survey:proportion("2.1.1", { confidence = 0.80 })
    return { result.x, result.relevant, result.not_applicable, result.unanswered }
  end

  local wordy = assay.framework { title = "T", scale = "probation-2018",
    values = { yes = "Yes, fully", no = ("No "):rep(90) .. "!", not_applicable = "=NA()" },
    standards = { { id = "1", name = "N", questions = { { id = "q", text = "?" } } } } }

  -- what is filled in, all at one start of LibreOffice
  local whole, whole_given, split, split_given, split_rows, worded, after, after_given, lossy
  local added, added_reserve, added_twice, added_answer, added_split
  local seen

  lazy_setup(function()
    local desk, path = office.desk(), make { columns = { "note", "start" } }
    local typed
    local function fill(from, ...) return desk:fill(from, { ... }) end

    typed, whole_given = type_answers(path, { Cases = "D" })
    whole = desk:fill(path, typed)
    added = fill(whole, { "Cases", "A14", "0099" }, { "Cases", "D14", "Yes" })
    added_reserve = fill(whole, { "Cases", "A14", ids "reserve"[1] }, { "Cases", "D14", "Yes" })
    added_twice = fill(whole, { "Cases", "A14", ids "sample"[1] })
    added_answer = fill(whole, { "Cases", "D3", "Perhaps" })

    path = make { split = "ldu" }
    typed, split_given = type_answers(path, { North = "C", ["South-East"] = "C", ["north (2)"] = "C", NA = "C" })
    split = desk:fill(path, typed)
    split_rows = #assay.read(path, { sheet = "South-East" })
    added_split = fill(split, { "South-East", "A" .. split_rows + 2, "0099" })

    lossy = lose(draw())
    path = support.path "after.xlsx"
    lossy:workbook(path, { framework = framework })
    typed, after_given = type_answers(path, { Cases = "B" })
    after = desk:fill(path, typed)

    worded = fill(make { framework = wordy }, { "Cases", "B2", "Yes, fully" }, { "Cases", "B3", "=NA()" })
    seen = desk:work()
  end)

  it("shows notes, drop-downs and text that is no formula", function()
    assert.is_true(seen[whole].Cases.visible and seen[whole].Reserves.visible)
    local columns = seen[whole].Cases.columns
    assert.same({ "@", "6", '"Yes";"No";"NA"', "Is \"it\" <well> & good?" },
      { columns["2.1.1"].format, columns["2.1.1"].validation, columns["2.1.1"].list, columns["2.1.1"].note })
    assert.equal("=1+1", columns["2.1.2"].note)
    assert.equal("Ça va? \u{1F600}", columns["2.2.1"].note)
    assert.same({ "2", "@", "0", "" }, { columns.note.type, columns.note.format, columns.note.validation, columns.note.note })
    assert.matches("^=1%+%d+$", columns.note.cell)
    assert.same({ "2", "@" }, { columns.case_id.type, columns.case_id.format })
    assert.matches("^0%d%d%d$", columns.case_id.cell)
    assert.equal("1", columns.start.type) -- a date is one
    assert.equal("0", seen[whole].Reserves.columns.rank.validation)
  end)

  it("is filled in, saved, and read back by its path", function()
    for _, id in ipairs { "case_id", false } do
      local survey = survey_of(whole, id or nil)
      assert.same({ 12, 12 }, { survey.selected, survey.returned })
      assert.same(counts(whole_given), counted(survey))
      assert.equal(12, survey:proportion("2.2.1", { confidence = 0.80 }).unanswered)
    end
    local back = assay.read(whole)
    assert.same(ids "sample", back:column "case_id":list())
    assert.matches("^=1%+", back:column "note"[1])
  end)

  it("keeps the zeros of what is typed, and refuses a case that was added by hand", function()
    assert.equal("0099", assay.read(added):column "case_id"[13])
    local err = support.refusal(survey_of, added, "case_id")
    assert.equal("data", err.kind)
    assert.equal(added .. ", sheet 'Cases', row 14: this case was not selected", err.message)
    assert.equal("0099", assay.read(added):column "case_id"[err.row])
  end)

  it("refuses a reserve that has not taken a place, a case twice, and an answer that is none", function()
    assert.matches("sheet 'Cases', row 14: this case is a reserve", support.refusal(survey_of, added_reserve).message)
    local err = support.refusal(survey_of, added_twice)
    assert.equal("EREPEATED", err.code)
    assert.matches("xlsx, sheet 'Cases': column 'case_id' has the value of row 14 in an earlier row too$", err.message)
    assert.matches("sheet 'Cases', row 3, column '2.1.1': 'Perhaps' is none of Yes, No, NA",
      support.refusal(survey_of, added_answer).message)
  end)

  it("is read whole where it was split, and names the sheet of what is wrong", function()
    assert.same(counts(split_given), counted(survey_of(split, "case_id")))
    assert.matches(("sheet 'South%%-East', row %d: this case was not selected"):format(split_rows + 2),
      support.refusal(survey_of, added_split, "case_id").message)
  end)

  it("is of use after cases were lost", function()
    local survey = assay.survey { answers = assay.read(after), sample = lossy, framework = framework }
    assert.same({ 11, 1, 2, 2 }, { survey.returned, survey.out_of_scope, survey.lost, survey.replaced })
    assert.same(counts(after_given), counted(survey))
  end)

  it("has a drop-down of answers that no cell's own list holds", function()
    local shown = seen[worded]
    assert.is_false(shown.Lists.visible)
    assert.equal("6", shown.Cases.columns.q.validation)
    assert.matches("Lists.*A.*1.*A.*3", shown.Cases.columns.q.list)
    local survey = assay.survey { answers = assay.read(worded), sample = sample, framework = wordy }
    local result = survey:proportion("q", { confidence = 0.80 })
    assert.same({ 1, 1, 1 }, { result.x, result.relevant, result.not_applicable })
  end)
end)
