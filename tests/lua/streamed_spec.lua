local assay = require "assay"
local support = require "support"
local refusal = support.refusal

--- A list of n cases as csv: ids with leading zeros, a column of dates by a pattern, one of decimals.
local function list(n, change)
  local lines = { "case_id;unit;gender;born;score;note" }
  for i = 1, n do
    local line = ("%05d;%s;%s;%02d/%02d/19%02d;%d,50;n%d"):format(i * 7 % 99991, ("ABC"):sub(i % 3 + 1, i % 3 + 1),
      i % 5 < 2 and "F" or "M", i % 28 + 1, i % 12 + 1, i % 60 + 40, i % 17, i)
    lines[#lines + 1] = change and change(i, line) or line
  end
  return support.file("list.csv", table.concat(lines, "\n") .. "\n")
end

local options = { id = "case_id", dates = "dd/mm/yyyy", decimal = ",", levels = { gender = { "M", "F" } } }

local function drawn(open, path, more)
  local asked = { frame = open(path, options), strata = { "unit", "gender" }, size = 57, reserve = 0.2 }
  for name, value in next, more or {} do asked[name] = value end
  local plan = assay.plan(asked)
  return plan:draw { seed = "s-1" }, plan
end

local function folder_of(sample)
  local path = support.path "folder"
  sample:write(path)
  return path
end

describe("a list that streams past", function()
  it("has the very folder that it has in memory", function()
    local path = list(1003)
    local held, streamed = drawn(assay.read, path), drawn(assay.scan, path)
    assert.equal(tostring(held), tostring(streamed))
    assert.equal(tostring(held.plan), tostring(streamed.plan))
    assert.equal(held.plan.fingerprint, streamed.plan.fingerprint)
    local a, b = folder_of(held), folder_of(streamed)
    for _, name in ipairs { "frame.csv", "sample.csv", "manifest.json" } do
      assert.equal(support.content(a .. "/" .. name), support.content(b .. "/" .. name))
    end
    assert.is_true(assay.verify(b))
    assert.equal(tostring(held.cases), tostring(assay.open_sample(b).cases))
  end)

  it("is compared with its sample as one in memory is", function()
    local path = list(500)
    local held, streamed = drawn(assay.read, path), drawn(assay.scan, path)
    assert.equal(tostring(held:balance { "gender", "unit" }), tostring(streamed:balance { "gender", "unit" }))
    assert.equal(tostring((held:representativity { "gender" })), tostring((streamed:representativity { "gender" })))
    assert.matches("unknown column 'gendre'", refusal(streamed.balance, streamed, { "gendre" }).message)
  end)

  it("can be left out columns of", function()
    local path = list(300)
    local some = { id = "case_id", columns = { "unit" } }
    local function cases(open)
      return assay.plan { frame = open(path, some), strata = "unit", size = 20 }:draw { seed = "x" }.cases
    end
    assert.equal(tostring(cases(assay.read)), tostring(cases(assay.scan)))
    assert.same({ "case_id", "unit" }, table.move(cases(assay.scan).columns, 1, 2, 1, {}))
    assert.matches("unknown column 'gender'",
      refusal(assay.plan, { frame = assay.scan(path, some), strata = "gender", size = 20 }).message)
  end)

  it("is read where more than simple random samples are asked for", function()
    local path = list(400)
    for _, more in ipairs { { cap = { note = 1 } }, { rounding = "random", reserve = 0 },
      { within = { "gender", "unit" }, rounding = "round_robin" } } do
      assert.equal(tostring(drawn(assay.read, path, more)), tostring(drawn(assay.scan, path, more)))
    end
    local function by_size(open)
      return tostring(assay.plan { frame = open(path, options), size = 20, size_measure = "score" }
        :draw { seed = "a", method = "pareto" })
    end
    assert.equal(by_size(assay.read), by_size(assay.scan))
    local _, plan = drawn(assay.scan, path)
    assert.equal(57, #plan:draw { seed = "a", method = "systematic", sort = "-score" }.cases:where { role = "sample" })
  end)

  it("is refused with the words that it is refused with in memory", function()
    local changes = {
      function(i, line) return i == 77 and "00007" .. line:sub(6) or line end,
      function(i, line) return i == 77 and line:sub(6) or line end,
      function(i, line) return i == 77 and line:gsub(";[ABC];", ";;") or line end,
      function(i, line) return i == 77 and line:gsub(";[FM];", ";X;") or line end,
      function(i, line) return i == 77 and line .. ";more" or line end,
    }
    for _, change in ipairs(changes) do
      local path = list(100, change)
      local held, streamed = refusal(drawn, assay.read, path), refusal(drawn, assay.scan, path)
      for _, field in ipairs { "message", "kind", "code", "file", "line", "row", "argument" } do
        assert.equal(held[field], streamed[field])
      end
    end
    local empty = list(0)
    assert.equal(refusal(drawn, assay.read, empty).message, refusal(drawn, assay.scan, empty).message)
    assert.matches("strata has 'unit' twice",
      refusal(drawn, assay.scan, list(9), { strata = { "unit", "unit" } }).message)
    assert.matches("give id", refusal(assay.plan, { frame = assay.scan(list(9)), size = 3 }).message)
  end)

  it("is drawn from only while it stays as it was", function()
    local path = list(100)
    local plan = assay.plan { frame = assay.scan(path, options), strata = "unit", size = 20 }
    local file = assert(io.open(path, "ab"))
    file:write "99999;A;F;01/01/1950;1,50;n\n"
    file:close()
    assert.matches("was changed while it was being read", refusal(plan.draw, plan, { seed = "s" }).message)
  end)

  it("is read again only while it stays as it was, and not where another file has taken its name", function()
    local function plan_of(path)
      return assay.plan { frame = assay.scan(path, options), strata = "gender", size = 20 }
    end
    local other = list(100, function(i, line) return i > 50 and line:gsub(";[FM];", ";F;") or line end)
    local path = list(100)
    local plan = plan_of(path)
    local sample = plan:draw { seed = "s" }
    assert(os.rename(other, path))
    local tries = {
      function() return sample:balance { "gender" } end,
      function() return sample:representativity { "gender" } end,
      function() return plan:draw { seed = "s", method = "systematic" } end,
      function() return plan:simulate { column = "gender", yes = "F", seed = "s", confidence = 0.8, draws = 10 } end,
    }
    for _, try in ipairs(tries) do
      local err = refusal(try)
      assert.same({ "data", path }, { err.kind, err.file })
      assert.matches("was changed after the plan was made of it$", err.message)
    end
  end)
end)
