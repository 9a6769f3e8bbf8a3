-- cursor_spec.lua: a function for each row, over one cursor.

local assay = require "assay"
local support = require "support"
local refusal = support.refusal

local list = "case_id,gender,age,start,name\n0007,F,31,2018-04-05,Abel\n0012,M,18,2018-05-05,*\n" ..
  "0020,M,,2018-05-06,\n0031,F,25,2018-06-01,Cain\n"

local f
before_each(function() f = assay.read(support.file("list.csv", list), { id = "case_id", private = "name" }) end)

local function ids(frame) return frame:column("case_id"):list() end
local function last(frame) local step = frame.steps[#frame.steps] return { step.step, step.removed, step.rows } end

describe("where with a function", function()
  it("keeps the rows for which it is true, and counts those of which it says nothing", function()
    local kept = f:where(function(row) return row.age and row.age > 20 end)
    assert.same({ "0007", "0031" }, ids(kept))
    assert.same({ "where (a function) (1 without a value)", 2, 2 }, last(kept))
    kept = f:where(function(row) return row.gender == "F" end)
    assert.same({ "where (a function)", 2, 2 }, last(kept))
    assert.same({}, ids(f:where(function() end)))
    assert.same({ "0012" }, ids(f:where(function(row) return row.name and row.name:find("*", 1, true) end)))
    assert.equal(0, #f:head(0):where(function() error "never called" end))
  end)

  it("sees each value as its column has it", function()
    local seen = {}
    f:where(function(row) seen[#seen + 1] = { row.case_id, row.gender, row.age, row.start, row.name } end)
    assert.same({ { "0007", "F", 31, "2018-04-05", "Abel" }, { "0012", "M", 18, "2018-05-05", "*" },
      { "0020", "M", nil, "2018-05-06", nil }, { "0031", "F", 25, "2018-06-01", "Cain" } }, seen)
    assert.equal("integer", math.type(seen[1][3]))
  end)

  it("does not take a mistyped column for a missing value", function()
    assert.matches("no column 'aeg': did you mean 'age'%?", refusal(f.where, f, function(row) return row.aeg end).message)
    assert.equal("a row has no column 'zzzzz'", refusal(f.where, f, function(row) return row.zzzzz end).message)
    assert.matches("not by a number", refusal(f.where, f, function(row) return row[1] end).message)
    assert.matches("not by a nil", refusal(f.where, f, function(row) return row[nil] end).message)
  end)

  it("gives a row for reading only, of which a copy is a table", function()
    assert.matches("a row is for reading only", refusal(f.where, f, function(row) row.age = 3 end).message)
    local copies = {}
    f:where(function(row) copies[#copies + 1] = row:copy() end)
    copies[1].age = 99
    assert.same({ case_id = "0020", gender = "M", start = "2018-05-06" }, copies[3])
    f:head(1):where(function(row) assert.equal("row 1 of a frame", tostring(row)) end)
    assert.equal(31, f:column("age")[1])
  end)

  it("gives a row that is over behind the loop, and behind an error in it", function()
    local kept
    f:where(function(row) kept = row end)
    assert.matches("the loop over the rows has ended", refusal(function() return kept.age end).message)
    assert.matches("the loop over the rows has ended", refusal(function() return kept:copy() end).message)
    pcall(f.where, f, function(row) kept = row error "enough" end)
    f = nil
    collectgarbage()
    collectgarbage()
    assert.matches("the loop over the rows has ended", refusal(function() return kept.age end).message)
  end)

  it("tells an error in the function with its line and the row", function()
    local ok, err = pcall(f.where, f, function(row) return row.age > 20 end)
    assert.is_false(ok)
    assert.matches("^.*cursor_spec.lua:%d+: attempt to compare.* %(in row 3%)$", err)
    local thrown = {}
    local _, same = pcall(f.where, f, function() error(thrown) end)
    assert.equal(thrown, same)
    local place = refusal(f.where, f, function(row) return row.aeg end)
    assert.matches("cursor_spec.lua:%d+$", place.where)
  end)

  it("can go through a frame inside a loop over it", function()
    local pairs_of = f:where(function(row)
      return #f:where(function(other) return other.gender == row.gender and other.case_id ~= row.case_id end) == 1
    end)
    assert.equal(4, #pairs_of)
  end)

  it("does not let a function yield, and says so", function()
    local thread = coroutine.wrap(function() return pcall(f.where, f, coroutine.yield) end)
    local ok, err = thread()
    assert.is_false(ok)
    assert.matches("yield", tostring(err))
  end)
end)

describe("exclude with a function", function()
  it("is the opposite of where, row by row", function()
    local function old(row) return row.age and row.age > 20 end
    local left = f:exclude("too old", old)
    assert.same({ "0012", "0020" }, ids(left))
    assert.same({ "exclude too old (1 without a value kept)", 2, 2 }, last(left))
    assert.same({ "too old", "too old" }, left.excluded:column("reason"):list())
    assert.same({ "0007", "0031" }, left.excluded:column("id"):list())
    assert.same({ "0007", "0031" }, ids(f:where(old)))
    assert.matches("the reason must be text", refusal(f.exclude, f, old).message)
  end)
end)

describe("derive", function()
  local function derived(g) return f:derive("x", g):column "x" end
  local function values(g) return derived(g):list() end
  local function type_of(g) return (tostring(derived(g)):match "of 4 (%a+) values") end

  it("adds a column of what the function answers, nil being missing", function()
    local g = f:derive("double", function(row) return row.age and row.age * 2 end)
    assert.same({ "case_id", "gender", "age", "start", "name", "double" }, g.columns)
    assert.same({ 62, 36, nil, 50 }, g:column("double"):list())
    assert.same({ "case_id", "gender", "age", "start", "name" }, f.columns)
    assert.equal("case_id", g.id)
    assert.equal(#f.steps, #g.steps)
  end)

  it("finds the type of all answers", function()
    local ages = { ["0007"] = 1, ["0012"] = 2.5 }
    assert.equal("integer", type_of(function(row) return row.age end))
    assert.equal("number", type_of(function(row) return ages[row.case_id] end))
    assert.same({ 1.0, 2.5, nil, nil }, values(function(row) return ages[row.case_id] end))
    assert.equal("category", type_of(function(row) return row.gender == "F" and "woman" or "man" end))
    assert.equal("text", type_of(function(row) return row.case_id .. "x" end))
    assert.equal("date", type_of(function(row) return assay.date(row.start, { months = 1 }) end))
    assert.equal("text", type_of(function(row) return row.case_id end))
    assert.equal("0007", values(function(row) return row.case_id end)[1])
    assert.equal("text", type_of(function(row) return row.age or "none" end))
    assert.same({ "31", "18", "none", "25" }, values(function(row) return row.age or "none" end))
    assert.same({}, values(function() end))
    assert.same({ [4] = 0.5 }, values(function(row) return row.case_id ~= "0031" and 0 / 0 or 0.5 end))
  end)

  it("keeps every bit of a number", function()
    for _, x in ipairs { 0.1, 1 / 3, 5e-324, 1.7976931348623157e308, -2^53 - 2 } do
      assert.equal(x, values(function() return x end)[4])
    end
    for _, i in ipairs { 0, -1, 1 << 53, (1 << 53) + 1, math.maxinteger, math.mininteger + 1 } do
      assert.equal(i, values(function() return i end)[1])
      assert.equal("integer", math.type(values(function() return i end)[1]))
    end
  end)

  it("refuses what no cell can hold, with the row", function()
    assert.matches("not a boolean: say in words or numbers what true and false mean",
      refusal(f.derive, f, "x", function(row) return row.age ~= nil end).message)
    assert.matches("not a table", refusal(f.derive, f, "x", function() return {} end).message)
    assert.matches("row 2: a number without end", refusal(f.derive, f, "x",
      function(row) return row.age == 18 and math.huge or 1 end).message)
    assert.matches("row 1: the smallest integer stands for", refusal(f.derive, f, "x",
      function() return math.mininteger end).message)
    assert.matches("row 1: an integer beyond 2^53 would change", refusal(f.derive, f, "x",
      function(row) return row.age == 31 and (1 << 53) + 1 or 0.5 end).message, 1, true)
  end)

  it("replaces no column", function()
    assert.matches("there is a column 'age' already: rename or drop it first",
      refusal(f.derive, f, "age", function() return 1 end).message)
    assert.equal("the name of the column is empty", refusal(f.derive, f, "", function() return 1 end).message)
    assert.same({ 1, 1, 1, 1 }, f:drop("age"):derive("age", function() return 1 end):column("age"):list())
  end)

  it("hides a column that was made from a private one", function()
    local g = f:derive("initial", function(row) return row.name and row.name:sub(1, 1) end)
    assert.is_true(g.private.initial)
    assert.is_nil(tostring(g):find "│ A ")
    assert.is_nil(f:derive("young", function(row) return row.age and row.age < 21 and "yes" or "no" end).private.young)
    assert.is_true(f:derive("x", function(row) return row:copy().age end).private.x)
  end)
end)
