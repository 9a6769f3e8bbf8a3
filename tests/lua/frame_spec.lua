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

  it("does not take a mistyped column for a missing value", function()
    for row in f:rows() do
      assert.is_nil(row.case_id == "0020" and row.age or nil)
      assert.matches("unknown column 'gendr': did you mean 'gender'", refusal(function() return row.gendr end).message)
    end
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
    assert.equal("write f:where{...}, with a colon", refusal(f.where, { gender = "F" }).message)
    assert.equal("write f:where(...), with a colon", refusal(f.where, function() end).message)
    assert.equal("write f:head(...), with a colon", refusal(f.head).message)
  end)

  it("says which method was meant", function()
    assert.matches("did you mean 'where'", refusal(function() return f:wher { gender = "F" } end).message)
  end)

  it("refuses a bound that is not of the column's type", function()
    assert.matches("column 'start' holds dates: 'May' is none",
      refusal(f.where, f, { start = { min = "May" } }).message)
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

  it("put no value of a private column or of the id into words", function()
    local f = assay.frame { columns = { "id", "name", "age", "unit" }, id = "id", private = { "name", "age" },
      rows = { { "0012", "Abel", 20, "A" } }, types = { name = "text", unit = "text" } }
    local function words(wanted) return f:where(wanted).steps[2].step end
    assert.equal("id is ***, name is not ***", words { id = "0012", name = { except = { "Cain", "Seth" } } })
    assert.equal("name contains '***'", words { name = { contains = "Ab" } })
    assert.equal("age from *** below ***", words { age = { min = 18, below = 25 } })
    assert.equal("unit is A or B", words { unit = { "A", "B" } })
    assert.equal("unit is one of 6 values", words { unit = { "A", "B", "C", "D", "E", "F" } })
    assert.equal("id is not one of 6 values", words { id = { except = { "1", "2", "3", "4", "5", "6" } } })
  end)

  it("hide a private id among those left out too", function()
    local f = assay.frame { columns = { "id", "unit" }, rows = { { "0012", "A" }, { "0013", "B" } }, id = "id", private = "id" }
    local text = tostring(f:exclude("far", { unit = { except = "A" } }).excluded)
    assert.matches("│ far    │ *** │", text, 1, true)
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
    assert.matches("│ exclude restricted%s+│       1 │    4 │", tostring(f.steps))
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

  it("sum weights beside the cases", function()
    local w = assay.frame { columns = { "g", "w", "note" }, rows = { { "F", 1.5, "x" }, { "M", 2 }, { "F", 0.25, "y" } } }
    local counts = w:count("g", { weight = "w" })
    assert.same({ "g", "cases", "share", "weight" }, counts.columns)
    assert.same({ 1.75, 2 }, counts:column("weight"):list())
    assert.same({ 1.75 / 3.75, 2 / 3.75 }, counts:column("share"):list()) -- of all weights
    local err = refusal(function() return w:count("g", { weigth = "w" }) end)
    assert.matches("unknown option 'weigth'.*'weight'", err.message)
    err = refusal(function() return w:count("g", { weight = "v" }) end)
    assert.matches("unknown column 'v'", err.message)
    err = refusal(function() return w:count("g", { weight = "note" }) end)
    assert.matches("weights are numbers", err.message)
    assert.matches("count needs the name of a column", refusal(function() return w:count { weight = "w" } end).message)
    assert.same({ "g", "note", "cases", "share", "weight" }, w:count({ "g", "note" }, { weight = "w" }).columns)
    assert.same({ "g", "note", "cases", "share" }, w:count { "g", "note" }.columns)
    local gap = assay.frame { columns = { "g", "w" }, rows = { { "F", 1 }, { "M" } } }
    err = refusal(function() return gap:count("g", { weight = "w" }) end)
    assert.equal("row 2 has no weight", err.message)
    assert.equal(2, err.row)
    assert.equal("data", err.kind)
  end)

  it("profile each column", function()
    local profile = f:profile()
    assert.same({ "gender", "gender", "unit", "unit", "unit" }, profile:column("variable"):list())
    assert.same({ 3, 7, 3, 4, 3 }, profile:column("cases"):list())
    assert.same({ "computed", 5 }, { profile.steps[1].step, profile.steps[1].rows })
    assert.matches("two columns are named 'cases': rename one before",
      refusal(function() return f:rename { unit = "cases" }:count "cases" end).message)
    local texts = f:select "age"
    assert.matches("no column is a category", refusal(texts.profile, texts).message)
    assert.matches("no column is a category", refusal(texts.compare, texts, f).message)
  end)

  it("summarise numbers", function()
    local s = f:summary "age"
    assert.same({ 10, 0, 23.5, 19, 28 }, { s.n, s.missing, s.mean, s.min, s.max })
    assert.matches("unknown field of Summary 'medain': did you mean 'median'", refusal(function() return s.medain end).message)
    assert.matches("no numbers to summarise", refusal(f.summary, f, "gender").message)
    local days = assay.frame { columns = { "d" }, rows = { { "2018-01-02" }, { "2018-01-05" }, { nil } } }:summary "d"
    assert.equal(17534.5, days.median) -- 2018-01-02 is day 17533
    assert.matches("│ 2 │       1 │ 2018-01-03 │ 2.121 │ 2018-01-02 │", tostring(days), 1, true)
  end)
end)

describe("columns", function()
  local f = assay.frame { columns = { "id", "age", "unit", "name" }, id = "id", private = "name",
    rows = { { "a", 1, "X", "Abel" }, { "b", nil, "Y", "Cain" } } }

  it("are selected and dropped, in the order given and in their own", function()
    assert.same({ "unit", "id" }, f:select("unit", "id").columns)
    assert.same({ "unit", "id" }, f:select({ "unit", "id" }).columns)
    assert.same({ "id", "unit" }, f:drop("name", "age").columns)
    assert.same({ "id", "age", "unit" }, f:drop { "name" }.columns)
    assert.same({ "id", "unit", "name" }, f:drop("age", "age").columns)
    assert.is_nil(f:drop("id").id)
    assert.equal("id", f:drop("age").id)
    assert.equal(2, #f:drop("age"))
  end)

  it("are renamed all at once, id and private ones too", function()
    local g = f:rename { id = "unit", unit = "id", name = "surname" }
    assert.same({ "unit", "age", "id", "surname" }, g.columns)
    assert.equal("unit", g.id)
    assert.same({ surname = true }, g.private)
    assert.same({ name = true }, f.private)
    assert.same({ "X", "Y" }, g:column("id"):list())
    assert.equal("id", f:rename { age = "years" }.id)
  end)

  it("that are not there are said, with the nearest", function()
    assert.matches("unknown column 'agee': did you mean 'age'", refusal(f.drop, f, "agee").message)
    assert.matches("unknown column 'agee': did you mean 'age'", refusal(f.rename, f, { agee = "x" }).message)
    assert.matches("unknown column 'uni': did you mean 'unit'", refusal(f.select, f, "uni").message)
    assert.matches("unknown column 'x'", refusal(f.column, f, "x").message)
  end)

  it("are given in a list without gaps and names", function()
    assert.matches("must be a list of text: it has gaps", refusal(f.drop, f, "age", nil, "unit").message)
    assert.matches("must be a list of text: it has gaps", refusal(f.select, f, { "age", name = "unit" }).message)
    assert.matches("must be a list: it has gaps", refusal(f.take, f, { 1, nil, 2 }).message)
    assert.matches("must be a list: it has gaps", refusal(f.where, f, { unit = { "X", except = "Y" } }).message)
    assert.matches("match must be a list: it has gaps", refusal(f.distinct, f, { match = { key = "id" } }).message)
    assert.matches("private must be a list of text: it has gaps",
      refusal(assay.frame, { columns = { "name" }, rows = {}, private = { name = true } }).message)
  end)

  it("never go all, nor two by one name", function()
    assert.equal("drop would leave no column", refusal(f.drop, f, f.columns).message)
    assert.equal("select needs the name of a column", refusal(f.select, f, {}).message)
    assert.equal("drop needs the name of a column", refusal(f.drop, f, {}).message)
    assert.equal("sort needs the name of a column", refusal(f.sort, f, {}).message)
    assert.equal("two columns would be named 'unit'", refusal(f.rename, f, { age = "unit" }).message)
    assert.equal("two columns would be named 'x'", refusal(f.rename, f, { age = "x", unit = "x" }).message)
    assert.equal("the new name of age is empty", refusal(f.rename, f, { age = "" }).message)
    assert.equal('rename needs old = "new"', refusal(f.rename, f, {}).message)
    assert.matches("two columns are named 'age'", refusal(f.select, f, "age", "age").message)
  end)

  it("have values by number, a length and a list", function()
    local c = f:column "age"
    assert.equal(2, #c)
    assert.equal(1, c[1])
    assert.is_nil(c[2])
    assert.is_nil(c[3]) -- so that ipairs ends
    assert.equal("a column of 2 integer values", tostring(c))
    local n = 0
    for i, unit in ipairs(f:column "unit") do n = n + 1 assert.equal(({ "X", "Y" })[i], unit) end
    assert.equal(2, n)
    for _, index in ipairs { 0, -1, 4, 1.5, 0 / 0, 1 << 53, math.mininteger } do
      assert.matches("a column has values 1 to 2", refusal(function() return c[index] end).message)
    end
    assert.matches("no 'lists'", refusal(function() return c.lists end).message)
    assert.matches("not by a table", refusal(function() return c[{}] end).message)
    assert.matches("a column never changes", refusal(function() c[1] = 2 end).message)
    local copy = c:list()
    copy[1] = 7
    assert.equal(1, c[1])
  end)

  it("belong to a frame that cannot be changed", function()
    for _, name in ipairs { "id", "private", "steps", "source", "age", "new" } do
      assert.matches("a frame never changes", refusal(function() f[name] = "x" end).message)
    end
    f.steps[1] = "x"
    f.columns[1] = "x"
    f.private.age = true
    assert.same({ name = true }, f.private)
    assert.same({ { step = "made from rows", removed = 0, rows = #f } }, { table.unpack(f.steps) })
    assert.equal("id", f.columns[1])
  end)
end)

describe("rows", function()
  local f = assay.frame { columns = { "id", "age" }, id = "id", rows = { { "a", 3 }, { "b" }, { "c", 1 } } }
  local function ids(frame) return table.concat(frame:column("id"):list()) end
  local function last(frame) local step = frame.steps[#frame.steps] return { step.step, step.removed, step.added, step.rows } end

  it("are taken by number, in any order and again", function()
    assert.equal("ca", ids(f:take { 3, 1 }))
    assert.same({ "rows by number", 1, nil, 2 }, last(f:take { 3, 1 }))
    assert.equal("bbb", ids(f:take { 2, 2, 2 }))
    assert.same({ "rows by number (2 again)", 2, 2, 3 }, last(f:take { 2, 2, 2 }))
    assert.equal("", ids(f:take {}))
    for _, row in ipairs { 0, -1, 4, 1 << 53 } do
      assert.matches("there is no row", refusal(f.take, f, { 1, row }).message)
    end
    for _, row in ipairs { 1.5, 0 / 0, "1", {}, true } do
      assert.matches("the number of a row must be a whole number", refusal(f.take, f, { 1, row }).message)
    end
    assert.matches("must be a list, not 1", refusal(f.take, f, 1).message)
  end)

  it("are the first ones, as many as there are", function()
    assert.equal("ab", ids(f:head(2)))
    assert.same({ "the first 2 rows", 1, nil, 2 }, last(f:head(2)))
    assert.same({ "the first row", 2, nil, 1 }, last(f:head(1)))
    assert.equal("abc", ids(f:head()))
    assert.equal("abc", ids(f:head(1 << 53)))
    assert.equal("", ids(f:head(0)))
    for _, n in ipairs { -1, 0.5, 0 / 0, "2", {}, false } do
      assert.matches("the number of rows must be a count", refusal(f.head, f, n).message)
    end
  end)

  it("come one by one as tables of their own", function()
    local kept = {}
    for row in f:rows() do kept[#kept + 1] = row end
    assert.equal("a", kept[1].id)
    assert.is_nil(kept[2].age)
    kept[1].age = 7
    assert.equal(3, f:column("age")[1])
  end)
end)

describe("sort", function()
  it("goes up, or down with a minus, missing values last", function()
    local f = assay.frame { columns = { "unit", "age" }, rows = { { "B", 1 }, { "A", 2 }, { "A" }, { "A", 5 }, { "B", 9 } } }
    local sorted = f:sort { "unit", "-age" }
    assert.same({ "A", "A", "A", "B", "B" }, sorted:column("unit"):list())
    assert.same({ 5, 2, nil, 9, 1 }, sorted:column("age"):list())
    assert.same(sorted:column("age"):list(), f:sort("unit", "-age"):column("age"):list())
    assert.matches("unknown column 'agee': did you mean 'age'", refusal(f.sort, f, "-agee").message)
  end)

  it("takes a column whose own name begins with a minus for what it is", function()
    local f = assay.frame { columns = { "x", "-x" }, rows = { { 1, 2 }, { 2, 1 } } }
    assert.same({ 2, 1 }, f:sort("-x"):column("x"):list())
    assert.same({ 1, 2 }, f:sort("--x"):column("x"):list())
  end)

  it("orders as a comparison of each pair does", function()
    math.randomseed(4)
    for _ = 1, 60 do
      local rows, n = {}, math.random(0, 25)
      for i = 1, n do
        rows[i] = { math.random(4) > 1 and math.random(3) or nil, math.random(4) > 1 and math.random(4) / 2 or nil,
          math.random(4) > 1 and ("abc"):sub(math.random(3)) or nil, i }
      end
      local f = assay.frame { columns = { "a", "b", "c", "i" }, rows = rows,
        types = { a = "integer", b = "number", c = "text", i = "integer" } }
      local down = { a = math.random(2) == 1, b = math.random(2) == 1, c = math.random(2) == 1 }
      local function before(x, y) -- by the rule, column by column
        for j, name in ipairs { "c", "a", "b" } do
          local k = ({ 3, 1, 2 })[j]
          if x[k] ~= y[k] then
            if x[k] == nil or y[k] == nil then return y[k] == nil end
            if down[name] then return x[k] > y[k] end
            return x[k] < y[k]
          end
        end
        return x[4] < y[4]
      end
      table.sort(rows, before)
      local want = {}
      for i, row in ipairs(rows) do want[i] = row[4] end
      local by = {}
      for i, name in ipairs { "c", "a", "b" } do by[i] = (down[name] and "-" or "") .. name end
      assert.same(want, f:sort(by):column("i"):list())
    end
  end)
end)

describe("write", function()
  it("writes what reads back the same", function()
    local path = support.path "copy.csv"
    local f = assay.read(support.file("list.csv", list), { id = "case_id" })
    f:write(path)
    assert.equal(list, support.content(path))
  end)

  it("writes a list of objects as JSON, which reads back the same", function()
    local path = support.path "rows.json"
    local f = assay.read(support.file("list.csv", list), { id = "case_id" })
    f:write(path)
    assert.equal('[\n  {"case_id": "0007", "gender": "F", "age": 31, "start": "2018-04-05", "note": null},\n',
      support.content(path):match "^.-\n.-\n")
    local rows, i = assay.read_json(path), 0
    assert.equal(4, #rows)
    for row in f:rows() do
      i = i + 1
      for _, name in ipairs(f.columns) do assert.equal(row[name], rows[i][name]) end
    end
  end)

  it("refuses a format that is not there", function()
    for _, name in ipairs { "x.doc", "csv", "x", "", "x.csv " } do
      assert.matches("must end in .csv or .json", refusal(support.cases(1).write, support.cases(1), name).message, 1, true)
    end
  end)
end)

describe("frame", function()
  it("keeps what is missing, and refuses values that are none", function()
    local f = assay.frame { columns = { "a", "b" }, rows = { { "x" }, { "y", 2 } } }
    assert.is_nil(f:column("b")[1])
    assert.matches("a table is no value", refusal(assay.frame, { columns = { "a" }, rows = { { {} } } }).message)
    local function of(...)
      return refusal(assay.frame, { columns = { "a" }, rows = { ... }, types = { a = "integer" } }).message
    end
    assert.matches("more values than", of { 1, 2 })
    assert.matches("more values than", of { [4] = 2 })
    assert.matches("row 2 is not a list.*without names", of({ 1 }, { a = 1 }))
    assert.matches("it has gaps", of({ 1 }, nil, { 2 }))
    assert.matches("^column 'a', row 2: 'x' is not a whole number", of({ 1 }, { "x" }))
  end)
end)
