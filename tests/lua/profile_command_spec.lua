-- profile_command_spec.lua: `assay profile`, as it is called.

local core = require "assay.core"
local program = require "program"
local support = require "support"

local folder = support.path "lists"
os.execute("mkdir " .. program.quote(folder))

local function write(name, text)
  local file = assert(io.open(folder .. "/" .. name, "wb"))
  file:write(text)
  file:close()
end

write("cases.csv", [[
case_id,gender,unit,age,start,surname
C1,F,Durham,25,2018-05-01,Abel
C2,M,Durham,31,2018-04-02,Cain
C3,M,,19,,Abel
C4,M,Hartlepool,,2018-06-30,Cain
C5,F,Durham,40,2018-05-01,Abel
C6,M,Hartlepool,40,2018-05-01,Cain
]])

--- What is printed, without the lines that boxes are made of.
local function profile(words)
  local code, printed, errors = program.shell(folder, "assay profile " .. words)
  printed = printed:gsub("[^\n]*\u{2500}[^\n]*\n", ""):gsub("\u{2502} ?", ""):gsub(" +\n", "\n")
  return code, printed, errors
end

--- The answer in JSON, read by the library.
local function answer(words)
  local code, printed, errors = profile(words .. " --json")
  assert.equal(0, code, errors)
  write("answer.json", printed)
  return core.json.read(folder .. "/answer.json")
end

local function column(found, name)
  for _, about in ipairs(found.columns) do
    if about.name == name then return about end
  end
end

describe("assay profile", function()
  it("says of each column what it holds", function()
    local code, printed = profile "cases.csv"
    assert.equal(0, code)
    assert.matches("^cases.csv: 6 rows, 6 columns\n", printed)
    assert.matches("case_id +text +0 +6 +every row has a value of its own\n", printed)
    assert.matches("unit +category +1 +2 +2 levels\n", printed)
    assert.matches("age +integer +1 +4 +19 to 40, quartiles 25 31 40, mean 31.00\n", printed)
    assert.matches("start +date +1 +3 +2018%-04%-02 to 2018%-06%-30\n", printed)
    assert.matches("unit +Durham +3 +0.600\n", printed) -- of the five that are known
    assert.matches("gender +F +2 +0.333\n", printed)
  end)

  it("says it in JSON, with 12 digits", function()
    local found = answer "cases.csv"
    assert.equal(6, found.rows)
    assert.equal(core.file.sha256(folder .. "/cases.csv"), found.sha256)
    assert.is_true(column(found, "case_id").unique)
    assert.same({ { level = "F", cases = 2, share = 0.333333333333 }, { level = "M", cases = 4, share = 0.666666666667 } },
      { column(found, "gender").levels[1], column(found, "gender").levels[2] })
    local age = column(found, "age")
    assert.same({ 1, 4, 31, 19, 31, 40 },
      { age.missing, age.distinct, age.summary.mean, age.summary.min, age.summary.median, age.summary.max })
    assert.equal(9.24662100445, age.summary.sd) -- sqrt(342 / 4): -6, 0, -12, 9 and 9 from the mean
    assert.equal("2018-04-02", column(found, "start").from)
  end)

  it("counts the levels that are not shown", function()
    local _, printed = profile "cases.csv --top 1"
    assert.matches("gender +M +4 +0.667\n", printed)
    assert.matches("gender +%(1 other level%) +2 +0.333\n", printed)
    local other = column(answer "cases.csv --top 1", "unit").other_levels
    assert.same({ 1, 2, 0.4 }, { other.levels, other.cases, other.share })
  end)

  it("tables the categories within groups", function()
    local _, printed = profile "cases.csv --by gender --columns unit"
    assert.matches("Cases by gender\nvariable +level +F +M\n", printed)
    assert.matches("unit +Durham +2 +1\n", printed)
    assert.matches("unit +Durham +1.000 +0.333\n", printed)
    local found = answer "cases.csv --by gender --by start --columns unit"
    assert.same({ "gender", "start" }, { found.by[1], found.by[2] })
    assert.same({ gender = "F", start = "2018-05-01" }, found.groups[1].by)
    local _, json = profile "cases.csv --by start --columns unit --json"
    assert.matches('"by": {"start": null}', (json:gsub("%s+", " "):gsub("{ ", "{"):gsub(" }", "}")), 1, true)
  end)

  it("lists the groups where a level is named like a column", function()
    write("names.csv", "g,x\nlevel,a\nother,a\nlevel,b\nother,b\n")
    local code, printed = profile "names.csv --by g"
    assert.equal(0, code)
    assert.matches("By g\ng +variable +level +cases +share +missing\nlevel +x +a +1 +0.500 +0\n", printed)
  end)

  it("calls nothing an id in a list of a few rows", function()
    write("few.csv", "age,unit,tag\n31,a,x\n32,b,x\n35,a,x\n")
    local code, printed = profile "few.csv --by tag"
    assert.equal(0, code)
    assert.matches("age +integer +0 +3 +31 to 35, quartiles 31.50 32 33.50, mean 32.67\n", printed)
    local rows = { "id,n" }
    for i = 1, 20 do rows[#rows + 1] = ("C%02d,%d"):format(i, 7 * i) end
    write("more.csv", table.concat(rows, "\n") .. "\n")
    local _, longer = profile "more.csv"
    assert.matches("id +text +0 +20 +an id: every row has a value of its own\n", longer)
    assert.matches("n +integer +0 +20 +an id: every row has a value of its own\n", longer)
  end)

  it("counts one thing as one, and shows no small number as none", function()
    write("small.csv", "g,x\na,0.0001\na,-0.0002\nb,0.0001\nb,0.0001\n")
    local _, printed = profile "small.csv --top 1"
    assert.matches("g +category +0 +2 +2 levels\n", printed)
    assert.matches("g +%(1 other level%) +2 +0.500\n", printed)
    assert.matches("x +number +0 +2 +-2.0e%-04 to 1.0e%-04, quartiles 2.5e%-05 1.0e%-04 1.0e%-04, mean 2.5e%-05\n", printed)
  end)

  it("says so where there is nothing to table by groups", function()
    local code, printed = profile "cases.csv --columns age --by unit"
    assert.equal(0, code)
    assert.matches("\nno category to table by unit\n", printed)
  end)

  it("holds no more values than it must, and still finds an id", function()
    local lines = { "id,x,few" }
    for i = 1, 70001 do lines[#lines + 1] = ("C%06d,%d.5,%s"):format(i, i, i % 2 == 0 and "a" or "b") end
    write("long.csv", table.concat(lines, "\n") .. "\n")
    local _, printed = profile "long.csv"
    assert.matches("id +text +0 +70001 +an id: every row has a value of its own\n", printed)
    assert.matches("x +number +0 +70001 +1.50 to 70001.50, quartiles 17501.50 35001.50 52501.50, mean 35001.50\n", printed)
    assert.matches("few +a +35000 +0.500\nfew +b +35001 +0.500\n", printed)
  end)

  it("has limits for a sample alone", function()
    local found = column(answer "cases.csv --confidence 80% --population 60", "gender")
    local assay = require "assay"
    local want = assay.interval(2, 6, { confidence = 0.8, method = "wilson", population = 60 })
    assert.near(want.lower, found.levels[1].lower, 1e-11)
    assert.near(want.upper, found.levels[1].upper, 1e-11)
    assert.is_nil(column(answer "cases.csv", "gender").levels[1].lower)
    local groups = answer("cases.csv --by gender --columns unit --confidence 0.8 --population F=2 --population M=40").groups
    assert.equal(groups[1].share, groups[1].lower)
    local _, printed = profile "cases.csv --by gender --columns unit --confidence 80%"
    assert.matches("By gender\ngender +variable +level +cases +share +missing +lower +upper\n", printed)
  end)

  it("keeps private values to itself", function()
    local _, printed = profile "cases.csv --private surname"
    assert.matches("surname +category +0 +2 +%*%*%*\n", printed)
    assert.is_nil(printed:find "Abel")
    local _, json = profile "cases.csv --private surname --json"
    assert.is_nil(json:find "Abel")
  end)

  it("reads as assay.read does", function()
    write("semicolon.csv", "a;b\n1;02/01/2018\n2;.\n")
    local found = answer "semicolon.csv --delimiter ';' --dates dd/mm/yyyy --missing ."
    assert.same({ "date", 1 }, { found.columns[2].type, found.columns[2].missing })
    write("tab.csv", "a\tb\n1\t2\n")
    assert.equal(2, #answer("tab.csv --delimiter '\\t'").columns)
    assert.equal("text", column(answer "cases.csv --id age --columns gender", "age").type)
  end)

  it("says what an empty list has", function()
    write("empty.csv", "a,b\n")
    local code, printed = profile "empty.csv"
    assert.equal(0, code)
    assert.matches("^empty.csv: 0 rows, 2 columns\n", printed)
    assert.matches("a +category +0 +0 +nothing\n", printed)
    assert.equal(0, (profile "empty.csv --by a --json"))
  end)

  it("refuses a file that is none with 3, wrong words with 2", function()
    local function refused(code, words, message)
      local got, printed, errors = profile(words)
      assert.equal(code, got, errors)
      assert.matches(message, errors)
      assert.equal("", printed)
    end
    write("torn.csv", 'a,b\n1,"2\n')
    write("binary.csv", "a,b\n1,\0\n")
    refused(3, "nowhere.csv", "cannot read 'nowhere.csv'")
    refused(3, "torn.csv", "torn.csv")
    refused(3, "binary.csv", "binary.csv")
    refused(2, "", "missing argument 'FILE'")
    refused(2, "cases.csv --bye gender", "unknown option '%-%-bye': did you mean '%-%-by'")
    refused(2, "cases.csv --by gendr", "unknown column 'gendr': did you mean 'gender'")
    refused(2, "cases.csv --columns gendr", "unknown column 'gendr': did you mean 'gender'")
    refused(2, "cases.csv --private gendr", "unknown column 'gendr'")
    refused(2, "cases.csv --by surname --private surname", "column 'surname' is private: no groups are made of it")
    refused(2, "cases.csv --by gender --by gender", "column 'gender' is asked for twice")
    refused(2, "cases.csv --confidence 80", "80%? write 0.80")
    refused(2, "cases.csv --confidence much", "share such as 0.80 or 80%%, not 'much'")
    refused(2, "cases.csv --population 90", "give %-%-confidence too")
    refused(2, "cases.csv --confidence 0.8 --population 5", "the frame has 6 cases, more than its population, 5")
    refused(2, "cases.csv --confidence 0.8 --by gender --population 9", "is GROUP=N, not '9'")
    refused(2, "cases.csv --confidence 0.8 --by gender --population F=9", "the population of group 'M' is needed")
    refused(2, "cases.csv --top many", "whole number from 0 on, not 'many'")
    refused(2, "cases.csv --delimiter ab", "delimiter is one character")
    refused(2, "cases.csv --dates dd", "dates is a pattern")
  end)

  it("has a help with an example", function()
    local code, printed = profile "--help"
    assert.equal(0, code)
    assert.matches("assay profile caseload.csv %-%-by gender", printed)
    assert.matches("%-%-delimiter CHARACTER", printed)
  end)
end)
