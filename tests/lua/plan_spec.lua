local assay = require "assay"
local support = require "support"
local refusal = support.refusal

local function plan(options)
  options.frame = options.frame or support.cases(254)
  return assay.plan(options)
end

describe("plan", function()
  it("finds the size and shares it out", function()
    local p = plan { strata = { "gender", "unit" }, confidence = 0.80, margin = 0.05, reserve = 0.20 }
    assert.equal(100, p.size)
    local sizes = p.strata:column("sample"):list()
    local sum = 0
    for _, n in ipairs(sizes) do sum = sum + n end
    assert.equal(100, sum)
    assert.same({ "stratum", "gender", "unit", "population", "sample", "reserve", "probability" }, p.strata.columns)
    assert.same({ "F / A", "M / B", "M / C" }, p.strata:column("stratum"):list())
    assert.same({ 7, 7, 7 }, p.strata:column("reserve"):list())
    assert.same({ 84, 85, 85 }, p.strata:column("population"):list())
  end)

  it("has one stratum where no columns are named", function()
    local p = plan { size = 24, frame = support.cases(27), reserve = 0.20 }
    assert.same({ "all" }, p.strata:column("stratum"):list())
    assert.same({ 3 }, p.strata:column("reserve"):list())
    assert.matches("24 of 27 leave 3 reserves, not 5", p.shortfall[1])
    assert.matches("^note: ", tostring(p))
  end)

  it("raises small strata to two cases and says so", function()
    local rows = {}
    for i = 1, 60 do rows[i] = { tostring(i), i <= 3 and "rare" or "common" } end
    local p = plan { frame = assay.frame { columns = { "id", "kind" }, rows = rows, id = "id" }, strata = "kind", size = 12 }
    assert.same({ 10, 2 }, p.strata:column("sample"):list())
    assert.matches("'rare' gets 2 of its 3 cases where its share is 1", p.shortfall[1])
  end)

  it("says where its own minimum cannot be had, and what to do", function()
    assert.matches("3 strata need 6 cases at 2 in each.*the sample has 5: give minimum = 1",
      refusal(plan, { strata = { "gender", "unit" }, size = 5 }).message)
    assert.equal(5, plan { strata = { "gender", "unit" }, size = 5, minimum = 1 }.size)
    assert.matches("1 stratum needs 2 cases", refusal(plan, { size = 1 }).message)
  end)

  it("says which strata are too thin to be estimated from", function()
    local p = plan { strata = "gender", allocation = { F = 1, M = 0 } }
    assert.same({ "stratum 'F' gets 1 of its 84 cases: 1 case has no variance",
      "stratum 'M' gets 0 of its 170 cases: the sample says nothing of it" }, { p.shortfall[1], p.shortfall[2] })
  end)

  it("takes sizes by stratum", function()
    local p = plan { strata = "gender", allocation = { F = 30, M = 20 } }
    assert.equal(50, p.size)
    assert.matches("stratum 'F' holds 84 cases: a sample of 85 cannot be drawn",
      refusal(plan, { strata = "gender", allocation = { F = 85, M = 20 } }).message)
    assert.matches("names no number for stratum 'M'", refusal(plan, { strata = "gender", allocation = { F = 30 } }).message)
    assert.matches("unknown stratum in allocation 'f'", refusal(plan, { strata = "gender", allocation = { f = 1 } }).message)
  end)

  it("refuses what cannot be", function()
    assert.matches("a sample of 300 cannot be drawn from 254 cases", refusal(plan, { size = 300 }).message)
    assert.matches("confidence is a share between 0 and 1: 80%? write 0.80",
      refusal(plan, { confidence = 80, margin = 0.05 }).message)
    assert.matches("unknown column 'gendre': did you mean 'gender'", refusal(plan, { strata = "gendre", size = 10 }).message)
    assert.matches("unknown option 'strat': did you mean 'strata'", refusal(plan, { strat = "gender", size = 10 }).message)
    assert.matches("strata has 'gender' twice", refusal(plan, { strata = { "gender", "gender" }, size = 10 }).message)
    assert.matches("needs size, or confidence and margin", refusal(plan, {}).message)
  end)

  it("refuses repeated and missing ids with their row", function()
    local twice = assay.frame { columns = { "id" }, rows = { { "a" }, { "b" }, { "a" } }, id = "id" }
    local err = refusal(plan, { frame = twice, size = 2 })
    assert.equal("data", err.kind)
    assert.equal(3, err.row)
    local blank = assay.frame { columns = { "id", "x" }, rows = { { "a", 1 }, { nil, 2 } }, id = "id" }
    assert.equal("EMISSING", refusal(plan, { frame = blank, size = 1 }).code)
  end)

  it("names the file of a repeated id, and says what its row is counted among", function()
    local path = support.file("twice.csv", "id,unit\n1,A\n2,A\n3,B\n3,B\n")
    local f = assay.read(path, { id = "id" })
    local err = refusal(assay.plan, { frame = f, size = 2 })
    assert.equal("data", err.kind)
    assert.equal(path, err.file)
    assert.equal(path .. ": column 'id' has the value of row 4 in an earlier row too", err.message)
    err = refusal(assay.plan, { frame = f:where { unit = "B" }, size = 2 })
    assert.equal(path .. ", among the rows that remain: column 'id' has the value of row 2 in an earlier row too",
      err.message)
  end)

  it("refuses a case that belongs to no stratum", function()
    local f = assay.frame { columns = { "id", "kind" }, rows = { { "a", "x" }, { "b" }, { "c", "x" } }, id = "id" }
    assert.matches("row 2 has no 'kind'", refusal(plan, { frame = f, strata = "kind", size = 2 }).message)
  end)
end)

describe("draw", function()
  it("takes the smallest tickets, which sha256sum gives too", function()
    local f = support.cases(20)
    local sample = assay.plan { frame = f, size = 5 }:draw { seed = "s1" }
    local tickets = {}
    for id in pairs { ["0001"] = 1, ["0002"] = 1, ["0003"] = 1, ["0004"] = 1, ["0005"] = 1, ["0006"] = 1, ["0007"] = 1,
      ["0008"] = 1, ["0009"] = 1, ["0010"] = 1, ["0011"] = 1, ["0012"] = 1, ["0013"] = 1, ["0014"] = 1, ["0015"] = 1,
      ["0016"] = 1, ["0017"] = 1, ["0018"] = 1, ["0019"] = 1, ["0020"] = 1 } do
      local pipe = assert(io.popen("printf 'prn-1|%s|%s' s1 " .. id .. " | sha256sum"))
      tickets[#tickets + 1] = pipe:read(64) .. id
      pipe:close()
    end
    table.sort(tickets)
    for i = 1, 5 do
      assert.equal(tickets[i]:sub(1, 64), sample.cases:column("ticket")[i])
      assert.equal(tickets[i]:sub(65), sample.cases:column("case_id")[i])
    end
  end)

  it("gives the same sample for shuffled rows", function()
    local f, rows = support.cases(100), {}
    for i = 1, 100 do rows[i] = (i * 37) % 100 + 1 end
    local function draw(frame)
      return tostring(assay.plan { frame = frame, strata = "gender", size = 17 }:draw { seed = "x" }.cases)
    end
    assert.equal(draw(f), draw(f:take(rows)))
  end)

  it("refuses a seed with a 0 byte, which would be cut short", function()
    local p = plan { size = 5 }
    assert.matches("seed must be text without a 0 byte", refusal(p.draw, p, { seed = "a\0b" }).message)
  end)

  it("refuses a seed with a space, and asks for one", function()
    local p = assay.plan { frame = support.cases(20), size = 5 }
    assert.matches("seed 'a b' is not 1 to 64 of the characters", refusal(p.draw, p, { seed = "a b" }).message)
    assert.matches("'seed' is needed", refusal(p.draw, p, {}).message)
    assert.matches("unknown method 'cube'", refusal(p.draw, p, { seed = "a", method = "cube" }).message)
  end)
end)

describe("what is impossible", function()
  local ids = function(list)
    local rows = {}
    for i, id in ipairs(list) do rows[i] = { id, i } end
    return assay.frame { columns = { "id", "x" }, rows = rows, types = { id = "text" }, id = "id" }
  end

  --- 12, 8 and 5 cases.
  local function why(options)
    options.frame = options.frame or support.strata { A = 12, B = 8, C = 5 }
    options.strata = options.strata or "kind"
    return refusal(assay.plan, options).message
  end

  it("is said in numbers", function()
    local sd = { A = 1, B = 1, C = 1 }
    local cases = {
      { { size = 26 }, "a sample of 26 cannot be drawn from 25 cases" },
      { { size = 1 << 31 }, "a sample of 2147483648 cannot be drawn from 25 cases" },
      { { size = -1 }, "size must be a count from 0 on, not -1" },
      { { size = 1e300 }, "size must be a count from 0 on, not 1e+300" },
      { { size = 10, allocation = { A = 12, B = 0, C = 0 } }, "size is 10, but the allocation adds up to 12" },
      { { allocation = { A = 13, B = 0, C = 0 } }, "stratum 'A' holds 12 cases: a sample of 13 cannot be drawn from it" },
      { { size = 10, minimum = { A = 12 } }, "the minimums of the strata add up to 16 cases, the sample has 10" },
      { { size = 20, minimum = { C = 6 } }, "minimum of stratum 'C' is 6, but it holds 5 cases" },
      { { size = 20, minimum = { A = 5 }, maximum = { A = 4 } }, "minimum of stratum 'A' is 5, its maximum 4" },
      { { size = 20, maximum = 3 }, "the maximums of the strata add up to 9 cases, the sample has 20" },
      { { size = 5 }, "3 strata need 6 cases at 2 in each, because 1 case has no variance; the sample has 5: give minimum = 1, "
        .. "or fewer strata" },
      { { size = 20, cap = { kind = 3 } }, "with at most 3 for each 'kind', stratum 'A' can give 3 cases, not 10" },
      { { size = 20, cap = { kind = 0 } }, "cap of 'kind' must be at least 1" },
      { { size = 20, allocation = "optimal", sd = sd, cost = { A = -1, B = 1, C = 1 } },
        "cost of stratum 'A' must be a number above 0, not -1" },
      { { size = 20, allocation = "neyman", sd = { A = -1, B = 1, C = 1 } },
        "sd of stratum 'A' must be a number of at least 0, not -1" },
      { { size = 20, allocation = "neyman", sd = { A = 0 / 0, B = 1, C = 1 } }, "sd of stratum 'A' must be a number, not nan" },
      { { confidence = 0.8, margin = 0.05, proportion = 1.5 }, "proportion is a share between 0 and 1: 1.5? write 0.015" },
      { { confidence = 1.2, margin = 0.05 }, "confidence is a share between 0 and 1: 1.2? write 0.012" },
      { { confidence = 80, margin = 0.05 }, "confidence is a share between 0 and 1: 80? write 0.80" },
      { { size = 20, reserve = -1 }, "reserve must be a share between 0 and 1, not -1" },
    }
    for _, case in ipairs(cases) do assert.equal(case[2], why(case[1])) end
  end)

  it("is a list whose ids are missing or stand twice", function()
    local function of(list) return why { frame = ids(list), size = 2, strata = {} } end
    assert.equal("column 'id' has the value of row 3 in an earlier row too", of { "a", "b", "a" })
    assert.equal("column 'id' has no value in row 2", of { "a", "", "c" })
    assert.equal("there is no case to draw from: the frame has no rows", of {})
    local file = support.file("twice.csv", "id,x\n01,1\n02,2\n01,3\n")
    assert.equal(file .. ": column 'id' has the value of row 3 in an earlier row too",
      why { frame = assay.read(file, { id = "id" }), size = 2, strata = {} })
  end)

  it("is not a list whose ids differ by their normal form, but that is said", function()
    local function notes(list) return assay.plan { frame = ids(list), size = 3 }.shortfall end
    assert.same({ "the id of row 3 is that of row 1 but for its Unicode normal form: they are taken as different cases" },
      notes { "Zo\u{eb}", "x", "Zoe\u{308}", "Zoe" })
    assert.same({ "the id of row 3 is that of row 1 but for its Unicode normal form, and so are those of 2 more rows: they are "
      .. "taken as different cases" }, notes { "Zo\u{eb}", "\u{c5}", "Zoe\u{308}", "A\u{30a}", "\u{212b}" })
    assert.same({}, notes { "a", "A", " a", "a ", "Zo\u{eb}" })
  end)
end)
