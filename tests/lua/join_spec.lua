-- join_spec.lua: one table beside another.

local assay = require "assay"
local support = require "support"
local refusal = support.refusal

local function read(name, csv, options)
  options = options or {}
  options.id = options.id or "case_id"
  return assay.read(support.file(name, csv), options)
end

local cases, answers
before_each(function()
  cases = read("cases.csv", "case_id,unit,name\n0001,A,Abel\n0002,B,Cain\n0003,A,Seth\n0004,C,Enos\n", { private = "name" })
  answers = read("answers.csv", "case_id,answer\n0004,Yes\n0001,No\n0009,Yes\n")
end)

local function last(frame) local step = frame.steps[#frame.steps] return step end

describe("join", function()
  it("puts beside each row what the other frame has of its key, and counts what has no match", function()
    local f = cases:join(answers, "case_id")
    assert.same({ "case_id", "unit", "name", "answer" }, f.columns)
    assert.same({ "No", nil, nil, "Yes" }, f:column("answer"):list())
    assert.equal(4, #f)
    assert.equal("case_id", f.id)
    assert.is_true(f.private.name)
    assert.matches("^join .*answers.csv by case_id %(2 without a match kept, 1 of the other unused%)$", last(f).step)
    assert.same({ 0, nil, 4 }, { last(f).removed, last(f).added, last(f).rows })
    assert.matches("cases.csv$", f.source.file)
  end)

  it("leaves out what has no match where it is asked to", function()
    local f = cases:join(answers, "case_id", { kind = "inner" })
    assert.same({ "0001", "0004" }, f:column("case_id"):list())
    assert.matches("by case_id %(2 without a match, 1 of the other unused%)$", last(f).step)
    assert.same({ 2, nil, 2 }, { last(f).removed, last(f).added, last(f).rows })
  end)

  it("raises for a key that repeats, without showing an id", function()
    local twice = read("twice.csv", "case_id,answer\n0001,Yes\n0002,No\n0001,No\n")
    local err = refusal(cases.join, cases, twice, "case_id")
    assert.equal("data", err.kind)
    assert.equal("EREPEATED", err.code)
    assert.equal(3, err.row)
    assert.matches("twice.csv: the key '%*%*%*' stands in rows 1 and 3$", err.message)
    local units = assay.frame { columns = { "unit", "head" }, rows = { { "A", "x" }, { "B", "y" }, { "A", "z" } } }
    assert.equal("the key 'A' stands in rows 1 and 3", refusal(cases.join, cases, units, "unit").message)
  end)

  it("multiplies rows where that is expected", function()
    local twice = read("twice.csv", "case_id,visit\n0001,1\n0003,1\n0001,2\n0001,3\n")
    local f = cases:join(twice, "case_id", { expect = "many" })
    assert.same({ "0001", "0001", "0001", "0002", "0003", "0004" }, f:column("case_id"):list())
    assert.same({ 1, 2, 3, nil, 1, nil }, f:column("visit"):list())
    assert.same({ 0, 2, 6 }, { last(f).removed, last(f).added, last(f).rows })
    f = cases:join(twice, "case_id", { expect = "many", kind = "inner" })
    assert.same({ 2, 2, 4 }, { last(f).removed, last(f).added, last(f).rows })
  end)

  it("matches nothing by a key that is missing", function()
    local gaps = assay.frame { columns = { "unit", "head" }, rows = { { nil, "x" }, { "A", "y" }, { nil, "z" } },
      types = { unit = "text" } }
    local left = assay.frame { columns = { "unit", "n" }, rows = { { nil, 1 }, { "A", 2 } }, types = { unit = "text" } }
    assert.same({ nil, "y" }, left:join(gaps, "unit"):column("head"):list())
    assert.same({ 2 }, left:join(gaps, "unit", { kind = "inner" }):column("n"):list())
    assert.matches("%(1 without a key kept, 2 of the other unused%)$", last(left:join(gaps, "unit")).step)
  end)

  it("takes several columns for a key", function()
    local targets = assay.frame { columns = { "unit", "case_id", "x" }, types = { case_id = "text" },
      rows = { { "A", "0001", 1 }, { "B", "0001", 2 } } }
    assert.same({ 1 }, cases:join(targets, { "case_id", "unit" }):column("x"):list())
  end)

  it("asks for another name where both frames have one", function()
    local err = refusal(cases.join, cases, cases, "case_id")
    assert.equal("usage", err.kind)
    assert.matches("both frames have a column 'unit': rename one first, such as other:rename{ [\"unit\"] = \"unit_2\" }",
      err.message, 1, true)
    assert.equal(4, #cases:join(cases:rename { unit = "unit_2", name = "name_2" }, "case_id"))
    assert.is_true(cases:join(cases:rename { unit = "unit_2", name = "name_2" }, "case_id").private.name_2)
  end)

  it("says what it does not know", function()
    assert.matches("unknown column 'case_di': did you mean 'case_id'", refusal(cases.join, cases, answers, "case_di").message)
    assert.matches("unknown column of the other frame 'unit'", refusal(cases.join, cases, answers, "unit").message)
    assert.matches("unknown kind 'outer'", refusal(cases.join, cases, answers, "case_id", { kind = "outer" }).message)
    assert.matches("unknown expect 'two'", refusal(cases.join, cases, answers, "case_id", { expect = "two" }).message)
    local err = refusal(cases.join, cases, answers, "case_id", { kin = 1 })
    assert.matches("unknown option 'kin': did you mean 'kind'", err.message)
    assert.equal("join needs the name of a column", refusal(cases.join, cases, answers, {}).message)
    assert.matches("what join is given must be a Frame", refusal(cases.join, cases, "answers", "case_id").message)
  end)

  it("is what comparing each row with each other gives", function()
    math.randomseed(11)
    local function random(n, name)
      local rows = {}
      for i = 1, n do
        rows[i] = { math.random(4) > 1 and math.random(4) or nil,
          math.random(4) > 1 and ("xyz"):sub(math.random(3)) or nil, i }
      end
      return rows, assay.frame { columns = { "a", "b", name }, rows = rows,
        types = { a = "integer", b = "text", [name] = "integer" } }
    end
    for round = 1, 120 do
      local keys = round % 2 == 0 and { "a", "b" } or { "a" }
      local left_rows, left = random(math.random(0, 9), "l")
      local right_rows, right = random(math.random(0, 9), "r")
      if #keys == 1 then right = right:drop "b" end
      local inner = math.random(2) == 1
      local want, repeated = {}, false
      local function same(x, y)
        for k = 1, #keys do
          if x[k] == nil or x[k] ~= y[k] then return false end
        end
        return true
      end
      for i, x in ipairs(left_rows) do
        local matched = false
        for j, y in ipairs(right_rows) do
          if same(x, y) then
            matched = true
            want[#want + 1] = i .. "-" .. j
          end
        end
        if not matched and not inner then want[#want + 1] = i .. "-nil" end
      end
      for i, x in ipairs(right_rows) do
        for j = i + 1, #right_rows do repeated = repeated or same(x, right_rows[j]) end
      end
      local joined = left:join(right, keys, { kind = inner and "inner" or "left", expect = "many" })
      local got = {}
      for row in joined:rows() do got[#got + 1] = row.l .. "-" .. tostring(row.r) end
      assert.same(want, got)
      local one = assay.try(left.join, left, right, keys)
      assert.equal(repeated, one == nil)
    end
  end)
end)
