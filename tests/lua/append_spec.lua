-- append_spec.lua: one table below another.

local assay = require "assay"
local support = require "support"
local refusal = support.refusal

local first = "id,unit,age\na,X,30\nb,Y,31\n"
local second = "age,id,unit\n32,c,X\n,d,Z\n33,e,Z\n"

local function read(name, csv, options)
  options = options or {}
  options.id = "id"
  return assay.read(support.file(name, csv), options)
end

describe("append", function()
  it("puts the rows of one frame below those of another, by name", function()
    local f = read("first.csv", first):append(read("second.csv", second))
    assert.same({ "id", "unit", "age" }, f.columns)
    assert.same({ "a", "b", "c", "d", "e" }, f:column("id"):list())
    assert.same({ 30, 31, 32, nil, 33 }, f:column("age"):list())
    assert.equal("id", f.id)
    assert.matches("first.csv$", f.source.file)
  end)

  it("counts the rows that came, and those that were lost before", function()
    local b = read("second.csv", second):exclude("no age", { age = { missing = true } })
    local f = read("first.csv", first):exclude("Y", { unit = "Y" }):append(b)
    local step = f.steps[3]
    assert.matches("^append 2 rows of .*second.csv %(1 of its rows removed before%)$", step.step)
    assert.same({ 0, 2, 3 }, { step.removed, step.added, step.rows })
    assert.same({ "Y", "no age" }, f.excluded:column("reason"):list())
    assert.same({ "b", "d" }, f.excluded:column("id"):list())
    local text = tostring(f.steps)
    assert.matches("│ removed │ added │ rows │", text, 1, true)
    assert.matches("│ exclude Y%s+│       1 │     0 │    1 │", text)
    assert.matches("│       0 │     2 │    3 │", text, 1, true)
  end)

  it("hides what either frame hides", function()
    local f = read("first.csv", first, { private = "unit" }):append(read("second.csv", second, { private = "age" }))
    assert.same({ age = true, unit = true }, f.private)
  end)

  it("names the column that does not fit", function()
    local f = read("first.csv", first)
    local err = refusal(f.append, f, read("other.csv", "id,unit,years\nz,X,3\n"))
    assert.equal("usage", err.kind)
    assert.equal("age", err.argument)
    assert.equal("column 'age' is not in the frame that is appended", err.message)
    err = refusal(f.append, f, read("other.csv", "id,unit,age\nz,X,old\n"))
    assert.equal("data", err.kind)
    assert.equal("column 'age' is integer here and text there", err.message)
    assert.matches("what append is given must be a Frame, not a table", refusal(f.append, f, {}).message)
    assert.matches("what append is given must be a Frame, not nil", refusal(f.append, f).message)
  end)

  it("goes on from a frame without rows, and to itself", function()
    local f = read("first.csv", first)
    assert.equal(2, #f:where { unit = "X" }:head(0):append(f))
    assert.equal(4, #f:append(f))
  end)

  it("is the two lists of each column, one behind the other", function()
    math.randomseed(3)
    for _ = 1, 40 do
      local function random(n)
        local rows = {}
        for i = 1, n do
          rows[i] = { math.random(3) > 1 and math.random(5) or nil, math.random(3) > 1 and math.random() or nil,
            math.random(3) > 1 and ("abc"):rep(math.random(0, 2)) or nil }
        end
        return assay.frame { columns = { "i", "n", "t" }, rows = rows, types = { i = "integer", n = "number", t = "text" } }
      end
      local a, b = random(math.random(0, 7)), random(math.random(0, 7))
      local both = a:append(b:select("t", "i", "n"))
      for _, name in ipairs { "i", "n", "t" } do
        local want = a:column(name):list()
        for i = 1, #b do want[#a + i] = b:column(name)[i] end
        assert.same(want, both:column(name):list())
      end
    end
  end)
end)
