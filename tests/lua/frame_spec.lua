local assay = require "assay"
local support = require "support"
local refusal = support.refusal

local list = "case_id,gender,age,start,note\n0007,F,31,2018-04-05,\n0012,M,18,2018-05-05,\"a, b\"\n" ..
  "0020,M,,2018-05-06,x\n0031,F,25,2018-06-01,\n"

describe("read", function()
  it("keeps an id as it stands and infers what loses nothing", function()
    local f = assay.read(support.file("list.csv", list), { id = "case_id" })
    assert.equal(4, #f)
    assert.same({ "case_id", "gender", "age", "start", "note" }, f.columns)
    assert.same({ "0007", "0012", "0020", "0031" }, f:column("case_id"):list())
    assert.equal(31, f:column("age")[1])
    assert.is_nil(f:column("age")[3])
    assert.equal("2018-05-05", f:column("start")[2])
    assert.equal("a, b", f:column("note")[2])
    assert.equal("case_id", f.id)
  end)

  it("says which file is not there", function()
    local err = refusal(assay.read, "nowhere.csv")
    assert.equal("data", err.kind)
    assert.matches("nowhere.csv", err.message)
    assert.matches("No such file", err.message)
  end)

  it("takes no path that a 0 byte would cut short", function()
    local path = support.file("cut.csv", "a\n1\n")
    assert.matches("the file must be text without a 0 byte", refusal(assay.read, path .. "\0.bak").message)
  end)

  it("quotes little of a column's name", function()
    local name = ("n"):rep(5000)
    local f = assay.frame { columns = { name }, rows = { { "x" } } }
    assert.is_true(#refusal(f.column, f, name .. "n").message < 200)
  end)

  it("names file and line of a ragged row", function()
    local path = support.file("ragged.csv", "a,b\n1,2\n3\n")
    local err = refusal(assay.read, path)
    assert.equal("data", err.kind)
    assert.equal(3, err.line)
    assert.equal(path, err.file)
    assert.matches("1 field where the header names 2 columns", tostring(err))
  end)

  it("takes one character of ASCII between fields", function()
    local path = support.file("semicolons.csv", "a;b\n1;2\n")
    assert.equal(2, #assay.read(path, { delimiter = ";" }).columns)
    for _, other in ipairs { "", ";;", "\n", '"', "\0", "\xFF" } do
      assert.matches("one character", refusal(assay.read, path, { delimiter = other }).message)
    end
  end)

  it("names the nearest column for an id that is not there", function()
    local path = support.file("list.csv", list)
    assert.matches("unknown id column 'case_di': did you mean 'case_id'", refusal(assay.read, path, { id = "case_di" }).message)
  end)

  it("reads the columns asked for, and the id, wherever they stand", function()
    local path = support.file("list.csv", "a,id,b,c\n1,X,2,3\n")
    assert.same({ "a", "id" }, assay.read(path, { id = "id", columns = "a" }).columns)
    assert.same({ "b" }, assay.read(path, { columns = { "b" } }).columns)
    assert.same({ "c" }, assay.read(path, { columns = { "c" } }).columns)
  end)

  it("refuses a value that is none of the levels declared, with its row", function()
    local path = support.file("list.csv", list)
    local err = refusal(assay.read, path, { levels = { gender = { "F" } } })
    assert.equal("data", err.kind)
    assert.equal(2, err.row)
    assert.matches("column 'gender', row 2: 'M' is not one of the levels declared", tostring(err))
  end)

  it("quotes no cell of a private column or of the id", function()
    local path = support.file("list.csv", list)
    local err = refusal(assay.read, path, { private = { "gender" }, levels = { gender = { "F" } } })
    assert.matches("row 2: '%*%*%*' is not one of", err.message)
    err = refusal(assay.read, path, { private = { "note" }, types = { note = "integer" } })
    assert.matches("'%*%*%*' is not a whole number", err.message)
    err = refusal(assay.read, path, { id = "case_id", levels = { case_id = { "1" } } })
    assert.matches("'%*%*%*' is not one of", err.message)
  end)

  it("names the nearest option", function()
    assert.matches("unknown option 'level': did you mean 'levels'", refusal(assay.read, "x.csv", { level = {} }).message)
  end)

  it("gives the script's own line", function()
    local err = refusal(function() assay.read("nowhere.csv") end)
    assert.matches("frame_spec.lua:%d+$", err.where)
  end)
end)

describe("where", function()
  local f
  before_each(function() f = assay.read(support.file("list.csv", list), { id = "case_id" }) end)
  local function ids(frame) return frame:column("case_id"):list() end

  it("takes values, lists, bounds, exceptions, parts and missing", function()
    assert.same({ "0007", "0031" }, ids(f:where { gender = "F" }))
    assert.same({ "0007", "0012", "0020", "0031" }, ids(f:where { gender = { "F", "M" } }))
    assert.same({ "0012", "0031" }, ids(f:where { age = { min = 18, max = 25 } }))
    assert.same({ "0031" }, ids(f:where { age = { above = 18, below = 31 } }))
    assert.same({ "0007", "0012" }, ids(f:where { start = { min = "2018-04-05", max = "2018-05-05" } }))
    assert.same({ "0020", "0031" }, ids(f:where { start = { after = "2018-05-05" } }))
    assert.same({ "0012", "0020" }, ids(f:where { gender = { except = "F" } }))
    assert.same({ "0012" }, ids(f:where { note = { contains = "," } }))
    assert.same({ "0020" }, ids(f:where { age = { missing = true } }))
    assert.same({ "0007", "0012", "0031" }, ids(f:where { age = { missing = false } }))
  end)

  it("leaves a missing value out whatever is asked of it", function()
    assert.same({ "0007", "0012" }, ids(f:where { age = { except = 25 } }))
  end)

  it("orders declared levels as they were declared", function()
    local tiers = assay.frame { columns = { "rosh" }, rows = { { "High" }, { "Low" }, { "Medium" }, {} },
      levels = { rosh = { "Low", "Medium", "High" } } }
    assert.same({ "High", "Medium" }, tiers:where { rosh = { min = "Medium" } }:column("rosh"):list())
    assert.same({ "Low" }, tiers:where { rosh = { below = "Medium" } }:column("rosh"):list())
    assert.same({ "Low", "Medium", "High" }, tiers:sort("rosh"):head(3):column("rosh"):list())
    assert.matches("no level 'Hgh': did you mean 'High'", refusal(tiers.where, tiers, { rosh = { max = "Hgh" } }).message)
  end)

  it("refuses bounds that are the wrong way round", function()
    assert.matches("the wrong way round", refusal(f.where, f, { age = { min = 50, max = 20 } }).message)
    assert.matches("the wrong way round", refusal(f.where, f, { start = { min = "2018-06-01", max = "2018-05-01" } }).message)
    assert.equal(0, #f:where { age = { min = 50 } })
  end)

  it("takes a function of the row", function()
    assert.same({ "0007", "0031" }, ids(f:where(function(row) return row.age and row.age > 20 end)))
    assert.matches("no column 'aeg': did you mean 'age'%?", tostring(refusal(f.where, f, function(row) return row.aeg end)))
  end)

  it("does not take a mistyped column for a missing value", function()
    for row in f:rows() do
      assert.is_nil(row.case_id == "0020" and row.age or nil)
      assert.matches("unknown column 'gendr': did you mean 'gender'", refusal(function() return row.gendr end).message)
    end
  end)

  it("gives rows that stay good behind an error, and are over behind the loop", function()
    local saved
    local function keep(row) saved = row return true end
    assert.equal(4, #f:where(keep))
    assert.is_false(pcall(function() return saved.age end))
    pcall(f.where, f, function(row) keep(row) error "enough" end)
    f = nil
    collectgarbage()
    collectgarbage()
    assert.equal("0007", saved.case_id)
  end)

  it("names the nearest column, level and condition", function()
    assert.matches("unknown column 'gendr': did you mean 'gender'", refusal(f.where, f, { gendr = "F" }).message)
    local levels = assay.frame { columns = { "rosh" }, rows = { { "Low" }, { "Medium" }, { "Low" }, { "Medium" } } }
    assert.matches("no level 'Medum': did you mean 'Medium'", refusal(levels.where, levels, { rosh = "Medum" }).message)
    assert.matches("no level 'X': it has Low, Medium", refusal(levels.where, levels, { rosh = "X" }).message)
    local hidden = assay.frame { columns = { "surname" }, rows = { { "Abel" }, { "Cain" }, { "Abel" }, { "Cain" } },
      private = "surname" }
    assert.equal("column 'surname' has no such level", refusal(hidden.where, hidden, { surname = "Abell" }).message)
    assert.matches("unknown condition 'minimum'", refusal(f.where, f, { age = { minimum = 3 } }).message)
  end)

  it("says of several things that are wrong the first by name", function()
    local wrong = { zeta = 1, epsilon = 1, alpha = 1, omega = 1, [1] = "x" }
    assert.matches("unknown option '1'", refusal(assay.sample_size, wrong).message)
    wrong[1] = nil
    assert.matches("unknown option 'alpha'", refusal(assay.sample_size, wrong).message)
    assert.matches("unknown column 'alpha'", refusal(f.where, f, wrong).message)
    assert.matches("unknown condition 'alpha'", refusal(f.where, f, { age = wrong }).message)
    assert.matches("type of alpha must be", refusal(assay.frame, { columns = {}, rows = {}, types = wrong }).message)
  end)

  it("says that a method takes a colon", function()
    assert.matches("write f:where%(...%), with a colon", refusal(f.where, { gender = "F" }).message)
  end)

  it("says which method was meant", function()
    assert.matches("did you mean 'where'", refusal(function() return f:wher { gender = "F" } end).message)
  end)

  it("refuses a bound that is not of the column's type", function()
    assert.matches("column 'start' holds dates: 'May' is none",
      refusal(f.where, f, { start = { min = "May" } }).message)
  end)
end)

describe("printing", function()
  it("cuts long text, in the last column far later", function()
    local f = assay.frame { columns = { "a", "b" }, rows = { { ("x"):rep(50), ("y"):rep(300) }, { "x", ("z"):rep(3000) } } }
    assert.matches(("x"):rep(41) .. "...  " .. ("y"):rep(300) .. "\n", tostring(f), 1, true)
    assert.matches("  " .. ("z"):rep(397) .. "...$", tostring(f))
  end)

  it("keeps a line for each row, and control characters from the terminal", function()
    local f = assay.frame { columns = { "a\nb", "c" }, rows = { { "x\r\ny", "z" }, { "\27[31mred", "\xC2\x9B2J" } } }
    assert.equal("a b       c\n--------  ---\nx  y      z\n [31mred   2J", tostring(f))
    assert.equal("x\r\ny", f:column("a\nb")[1])
  end)
end)

describe("exclude and distinct", function()
  it("say how many rows lack what they ask for", function()
    local f = assay.read(support.file("gaps.csv", "id,name,pnc,dob,age\n1,Abel,P1,1980-01-01,20\n2,,,1981-01-01,\n" ..
      "3,Cain,,1982-01-01,30\n4,Seth,P4,,40\n"), { id = "id" })
    local function last(g) local step = g.steps[#g.steps] return step.step, step.removed end
    assert.same({ "age from 25 (1 without a value)", 2 }, { last(f:where { age = { min = 25 } }) })
    assert.same({ "age is missing", 3 }, { last(f:where { age = { missing = true } }) })
    assert.same({ "age is not 20, name contains 'a' (1 without a value)", 3 },
      { last(f:where { age = { except = 20 }, name = { contains = "a" } }) })
    assert.same({ "exclude restricted (1 without a value kept)", 0 },
      { last(f:exclude("restricted", { name = { contains = "*" } })) })
    assert.same({ "one row per person (1 without a key)", 0 },
      { last(f:distinct { match = { "pnc", { "name", "dob" } } }) })
  end)

  it("count their steps and keep the ids", function()
    local f = assay.read(support.file("people.csv",
      "id,name,pnc,dob,start\n1,Abel,P1,1980-01-01,2018-05-01\n2,*,P2,1981-01-01,2018-05-01\n" ..
      "3,Abel,,1980-01-01,2018-04-20\n4,Cain,P4,1982-01-01,2018-05-02\n5,Seth,P4,1983-01-01,2018-05-02\n"), { id = "id" })
      :exclude("restricted", { name = { contains = "*" } })
      :distinct { match = { "pnc", { "name", "dob" } }, keep = "first", order = "start" }
    assert.same({ "3", "4" }, f:column("id"):list())
    assert.same({ 0, 1, 2 }, { f.steps[1].removed, f.steps[2].removed, f.steps[3].removed })
    assert.same({ "restricted" }, f.excluded:column("reason"):list())
    assert.same({ "2" }, f.excluded:column("id"):list())
    assert.matches("exclude restricted%s+1%s+4", tostring(f.steps))
  end)
end)

describe("tables of a frame", function()
  local f = support.cases(10)

  it("count combinations of levels", function()
    local counts = f:count("gender", "unit")
    assert.same({ "gender", "unit", "cases", "share" }, counts.columns)
    assert.same({ "F", "M", "M" }, counts:column("gender"):list())
    assert.same({ 3, 4, 3 }, counts:column("cases"):list())
    assert.equal(0.4, counts:column("share")[2])
  end)

  it("profile each column", function()
    local profile = f:profile()
    assert.same({ "gender", "gender", "unit", "unit", "unit" }, profile:column("variable"):list())
    assert.same({ 3, 7, 3, 4, 3 }, profile:column("cases"):list())
  end)

  it("summarise numbers", function()
    local s = f:summary "age"
    assert.same({ 10, 0, 23.5, 19, 28 }, { s.n, s.missing, s.mean, s.min, s.max })
    assert.matches("unknown field of Summary 'medain': did you mean 'median'", refusal(function() return s.medain end).message)
    assert.matches("no numbers to summarise", refusal(f.summary, f, "gender").message)
  end)

  it("show head and tail of a long one, numbers on the right, private columns hidden", function()
    local text = tostring(support.cases(100))
    assert.matches("100 rows$", text)
    local hidden = assay.frame { columns = { "id", "name" }, rows = { { 1, "Abel" } }, private = "name" }
    assert.matches("%*%*%*", tostring(hidden))
    assert.is_nil(tostring(hidden):find "Abel")
  end)
end)

describe("sort", function()
  it("goes up, or down with a minus, missing values last", function()
    local f = assay.frame { columns = { "unit", "age" }, rows = { { "B", 1 }, { "A", 2 }, { "A" }, { "A", 5 }, { "B", 9 } } }
    local sorted = f:sort { "unit", "-age" }
    assert.same({ "A", "A", "A", "B", "B" }, sorted:column("unit"):list())
    assert.same({ 5, 2, nil, 9, 1 }, sorted:column("age"):list())
    assert.matches("unknown column 'agee': did you mean 'age'", refusal(f.sort, f, "-agee").message)
  end)
end)

describe("write", function()
  it("writes what reads back the same", function()
    local path = support.path "copy.csv"
    local f = assay.read(support.file("list.csv", list), { id = "case_id" })
    f:write(path)
    assert.equal(list, support.content(path))
  end)

  it("refuses a format that is not there", function()
    assert.matches("must end in .csv", refusal(function() support.cases(1):write "x.doc" end).message)
  end)
end)

describe("frame", function()
  it("keeps what is missing, and refuses values that are none", function()
    local f = assay.frame { columns = { "a", "b" }, rows = { { "x" }, { "y", 2 } } }
    assert.is_nil(f:column("b")[1])
    assert.matches("a table is no value", refusal(assay.frame, { columns = { "a" }, rows = { { {} } } }).message)
    assert.matches("more values than", refusal(assay.frame, { columns = { "a" }, rows = { { 1, 2 } } }).message)
  end)
end)
