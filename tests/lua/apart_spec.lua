local assay = require "assay"
local support = require "support"
local refusal = support.refusal

local function plan(options)
  options = options or {}
  return assay.plan { frame = options.frame or support.cases(50), strata = options.strata or "gender",
    size = options.size or 13, reserve = options.reserve or 0.2, cap = options.cap, within = options.within,
    rounding = options.rounding, size_measure = options.size_measure }
end

local function ids(sample, role)
  local list = {}
  for row in sample.cases:rows() do
    if role == nil or row.role == role then list[row.case_id] = row.stratum end
  end
  return list
end

local function common(a, b)
  local n = 0
  for id in pairs(a) do n = n + (b[id] and 1 or 0) end
  return n
end

describe("apart_from", function()
  it("draws other cases, reserves too, and leaves probabilities exact", function()
    local first = plan():draw { seed = "s1" }
    local second = plan():draw { seed = "s2", apart_from = { first } }
    assert.equal(0, common(ids(first), ids(second)))
    assert.equal("exact", second.probabilities)
    assert.equal(0, #second.shortfall)
    for row in second.cases:rows() do
      if row.role == "sample" then assert.equal(row.gender == "F" and 4 / 16 or 9 / 34, row.probability) end
    end
    assert.matches("kept apart from 1 other sample, which had drawn 16 cases of this list", tostring(second), 1, true)
    local third = plan():draw { seed = "s3", apart_from = { first, second } }
    assert.equal(0, common(ids(first), ids(third)) + common(ids(second), ids(third)))
    assert.matches("kept apart from 2 other samples, which had drawn 32 cases", tostring(third), 1, true)
  end)

  it("takes the smallest tickets of what is left", function()
    local first = plan():draw { seed = "s1" }
    local second = plan():draw { seed = "s2", apart_from = { first } }
    local folder, held, want = support.path "second", ids(first), {}
    second:write(folder)
    local n = { F = 5, M = 11 }
    for row in assay.read(folder .. "/frame.csv", { types = { case_id = "text" } }):rows() do
      if not held[row.case_id] and n[row.gender] > 0 then
        want[row.case_id], n[row.gender] = row.gender, n[row.gender] - 1
      end
    end
    assert.same(want, ids(second))
  end)

  it("fills up with the others' cases where none are left, and says so in numbers", function()
    local first = plan { size = 40, reserve = 0 }:draw { seed = "s1" } -- 13 of 16, 27 of 34
    local second = plan { size = 20, reserve = 0.1 }:draw { seed = "s2", apart_from = { first } } -- 6 and 14; 1 and 1
    assert.same({ "stratum 'F': 3 of 6 cases and 1 of 1 reserves are in the other samples too: too few are in none",
      "stratum 'M': 7 of 14 cases and 1 of 1 reserves are in the other samples too: too few are in none" }, second.shortfall)
    assert.equal(20, #second.cases - 2)
    assert.equal(10, second:overlap(first).count)
  end)

  it("marks probabilities as conditional where strata differ, and says what they are", function()
    local first = plan { strata = "unit", size = 12, reserve = 0 }:draw { seed = "s1" }
    local second = plan():draw { seed = "s2", apart_from = { first } }
    assert.equal("conditional", second.probabilities)
    local held, open = ids(first), { F = 16, M = 34 }
    local genders = {}
    for row in support.cases(50):rows() do genders[row.case_id] = row.gender end
    for id in pairs(held) do open[genders[id]] = open[genders[id]] - 1 end
    for row in second.cases:rows() do
      if row.role == "sample" then
        assert.equal((row.gender == "F" and 4 or 9) / open[row.gender], row.probability)
        assert.equal(row.gender == "F" and 4 or 34 / 9, row.weight)
      end
    end
    assert.matches("note: probabilities are given the other samples", tostring(second), 1, true)
    local rows = {}
    for id in pairs(ids(second, "sample")) do rows[#rows + 1] = { id, "Yes" } end
    table.sort(rows, function(a, b) return a[1] < b[1] end)
    local survey = assay.survey { sample = second, values = { yes = "Yes", no = "No" },
      answers = assay.frame { columns = { "case_id", "q1" }, rows = rows } }
    assert.matches("kept apart from other samples: estimates take each stratum as a simple random sample", tostring(survey))
  end)

  it("is proved by the folder alone, also in later revisions", function()
    local folder = support.path "second"
    local first = plan { strata = "unit" }:draw { seed = "s1" }:write(support.path "first")
    local second = plan():draw { seed = "s2", apart_from = { first } }:write(folder)
    assert.is_true(assay.verify(folder))
    local again = assay.open_sample(folder)
    assert.equal(tostring(second), tostring(again))
    local manifest = assay.read_json(folder .. "/manifest.json")
    assert.same({ 1, "s1", false, 16 }, { #manifest.apart_from.samples, manifest.apart_from.samples[1].seed,
      manifest.apart_from.exact, #manifest.apart_from.ids })
    assert.equal(64, #manifest.apart_from.samples[1].digest)
    local case = next(ids(again, "sample"))
    again:replace(case, "out_of_scope", "order revoked")
    again:write(folder)
    assert.is_true(assay.verify(folder))
    assert.equal("conditional", assay.open_sample(folder).probabilities)
  end)

  it("does not depend on what became of the others' cases", function()
    local first = plan():draw { seed = "s1" }
    local before = plan():draw { seed = "s2", apart_from = { first } }
    first:replace(next(ids(first, "sample")), "unavailable", "file lost")
    assert.equal(tostring(before.cases), tostring(plan():draw({ seed = "s2", apart_from = { first } }).cases))
  end)

  it("goes with srs, cells and random rounding, and refuses what it does not go with", function()
    local first = plan():draw { seed = "s1" }
    local function draw(options, method)
      return plan(options):draw { seed = "s2", method = method, apart_from = { first } }
    end
    assert.equal("exact", draw({ rounding = "random" }).probabilities)
    local cells = draw { rounding = "round_robin", within = "unit" }
    assert.equal("exact", cells.probabilities)
    assert.matches("pareto cannot keep a sample apart", refusal(draw, {}, "pareto").message)
    assert.matches("under a cap", refusal(draw, { cap = { unit = 7 } }).message)
    local function apart(value) return refusal(plan().draw, plan(), { seed = "s2", apart_from = value }).message end
    assert.matches("apart_from names no sample", apart {})
    assert.matches("apart_from, number 1, must be a Sample", apart { 1 })
    assert.matches("apart_from must be a list", apart(first))
  end)
end)

describe("two stages", function()
  local sizes = { A = 4, B = 6, C = 10 }

  local function offices()
    local rows = {}
    for _, office in ipairs { "A", "B", "C" } do
      for i = 1, sizes[office] do
        rows[#rows + 1] = { office .. i, "office " .. office, i <= sizes[office] / 2 and "F" or "M" }
      end
    end
    return assay.frame { columns = { "case_id", "office", "gender" }, rows = rows, id = "case_id" }
  end

  local function staged(method)
    return assay.plan { frame = offices(), reserve = 0.5, minimum = 1,
      stages = { unit = "office", units = 2, cases = 3, method = method } }
  end

  --- By office: the cases that another sample has drawn.
  local function taken_of(other)
    local taken = { A = 0, B = 0, C = 0 }
    for id in pairs(ids(other)) do taken[id:sub(1, 1)] = taken[id:sub(1, 1)] + 1 end
    return taken
  end

  --- A case's probability in its unit, given the others.
  local function within(office, n, taken, is_taken)
    local free = sizes[office] - taken[office]
    if is_taken then return math.max(0, n - free) / taken[office] end
    return math.min(1, n / free)
  end

  it("tell cases of a stratum apart: what is kept apart from them is conditional", function()
    local first = staged():draw { seed = "s1" }
    local second = assay.plan { frame = offices(), size = 4 }:draw { seed = "s2", apart_from = { first } }
    assert.equal("conditional", second.probabilities)
    for row in second.cases:rows() do assert.near(4 / (20 - #first.cases), row.probability, 1e-15) end
  end)

  it("may be kept apart, within each unit", function()
    local first = assay.plan { frame = offices(), strata = "gender", allocation = { F = 9, M = 5 } }:draw { seed = "s3" }
    local held, taken = ids(first), taken_of(first)
    local second = staged():draw { seed = "s4", apart_from = { first } }
    local function check(sample, n)
      for row in sample.cases:rows() do
        local office = row.case_id:sub(1, 1)
        if row.role ~= "reserve" then
          assert.near(2 / 3 * within(office, n[office] or 3, taken, held[row.case_id]), row.probability, 1e-15)
        end
      end
    end
    assert.equal("conditional", second.probabilities)
    check(second, {})
    for row in second.cases:rows() do
      if row.role == "sample" then assert.near(3 / 2 * sizes[row.case_id:sub(1, 1)] / 3, row.weight, 1e-14) end
    end
    local lost
    for row in second.cases:rows() do
      if row.role == "reserve" and sizes[row.case_id:sub(1, 1)] > 4 then lost = row.case_id:sub(1, 1) end
    end
    for id in pairs(ids(second, "sample")) do
      if id:sub(1, 1) == lost then second:replace(id, "unavailable", "file lost") break end
    end
    check(second, { [lost] = 4 })
    local folder = support.path "apart-stages"
    second:write(folder)
    assert.is_true(assay.verify(folder))
    assert.equal(tostring(second), tostring(assay.open_sample(folder)))
  end)

  it("have the probabilities of none where each unit lies in one stratum of the others", function()
    local first = assay.plan { frame = offices(), size = 12 }:draw { seed = "s3" }
    local second = staged():draw { seed = "s4", apart_from = { first } }
    assert.equal("exact", second.probabilities)
    for row in second.cases:rows() do
      if row.role == "sample" then assert.near(2 / 3 * 3 / sizes[row.case_id:sub(1, 1)], row.probability, 1e-15) end
    end
  end)

  it("are conditional rather than approximate, and prove themselves", function()
    local sample = staged "pareto":draw { seed = "s2", apart_from = { staged():draw { seed = "s1" } } }
    local folder = support.path "apart-pareto"
    assert.equal("conditional", sample.probabilities)
    sample:write(folder)
    assert.is_true(assay.verify(folder))
    assert.equal("conditional", assay.open_sample(folder).probabilities)
  end)

  it("overlap by the probability of each case", function()
    local one = assay.plan { frame = offices(), strata = "office",
      allocation = { ["office A"] = 4, ["office B"] = 0, ["office C"] = 5 } }:draw { seed = "s1" }
    local o = staged():draw({ seed = "s2" }):overlap(one)
    assert.near(2 / 3 * (3 + 3 * 5 / 10), o.expected, 1e-14)
  end)
end)

describe("apart_from of a list that streams past", function()
  it("draws what the same list in memory does, whatever the rounding", function()
    local lines = { "case_id,gender" }
    for i = 1, 50 do lines[i + 1] = ("k%02d,%s"):format(i, i % 3 == 0 and "F" or "M") end
    local path = support.file("list.csv", table.concat(lines, "\n") .. "\n")
    local first = assay.plan { frame = assay.read(path, { id = "case_id" }), strata = "gender", size = 13 }:draw { seed = "s1" }
    for _, rounding in ipairs { "largest_remainder", "round_robin", "random" } do
      local function draw(frame)
        return assay.plan { frame = frame, strata = "gender", size = 13, reserve = 0.2, rounding = rounding }:draw { seed = "s2",
          apart_from = { first } }
      end
      local there, streamed = draw(assay.read(path, { id = "case_id" })), draw(assay.scan(path, { id = "case_id" }))
      assert.equal(tostring(there.cases), tostring(streamed.cases))
    end
  end)
end)

describe("one seed", function()
  local program = require "program"

  it("that draws from two lists with cases in common is warned of", function()
    local folder = program.folder_with [[
      local assay = require "assay"
      local function list(from, to)
        local rows = {}
        for i = from, to do rows[#rows + 1] = { ("%03d"):format(i) } end
        return assay.frame { columns = { "id" }, rows = rows, id = "id", types = { id = "text" } }
      end
      local plan = assay.plan { frame = list(1, 30), size = 5 }
      plan:draw { seed = "one" }
      plan:draw { seed = "one" } -- the same sample
      assay.plan { frame = list(31, 60), size = 5 }:draw { seed = "one" }
      assay.plan { frame = list(21, 40), size = 5 }:draw { seed = "two" }
      assay.plan { frame = list(27, 50), size = 5 }:draw { seed = "one" }
    ]]
    local code, _, errors = program.shell(folder, "assay run try.lua --out out && cat out/run.json")
    local warning = "the seed one draws from two lists that share 20 cases, which have the same tickets in both: the samples "
      .. "overlap more than by chance"
    assert.equal(0, code)
    assert.equal("assay: warning: " .. warning .. "\n", errors)
    assert.matches(warning, support.content(folder .. "/out/run.json"), 1, true)
  end)
end)

describe("overlap", function()
  it("counts, and says what is expected and the most there can be", function()
    local first, second = plan():draw { seed = "s1" }, plan { size = 20 }:draw { seed = "s2" }
    local o = first:overlap(second)
    assert.equal(common(ids(first, "sample"), ids(second, "sample")), o.count)
    assert.near(16 * 4 / 16 * 6 / 16 + 34 * 9 / 34 * 14 / 34, o.expected, 1e-13)
    assert.same({ 13, 50, 13, 20, false }, { o.at_most, o.listed, o.size, o.other_size, o.same_seed })
    assert.equal(o.count / 13, o.share)
    assert.equal(o.count / 20, o.other_share)
    local total = 0
    for row in o.roles:rows() do total = total + row.sample + row.reserve + row.lost end
    assert.equal(common(ids(first), ids(second)), total)
    assert.matches("in both samples: of 13 %(", tostring(o))
    assert.matches("must be a Sample", refusal(first.overlap, first, 1).message)
  end)

  it("is kept by the same seed, and said", function()
    local o = plan():draw({ seed = "s1" }):overlap(plan { size = 20 }:draw { seed = "s1" })
    assert.equal(13, o.count)
    assert.equal(o.at_most, o.count)
    assert.is_true(o.same_seed)
    assert.matches("^note: both were drawn under one seed", tostring(o))
    local elsewhere = assay.plan { frame = support.strata { A = 20 }, size = 5 }:draw { seed = "s1" }
    o = plan():draw({ seed = "s1" }):overlap(elsewhere)
    assert.same({ 0, 0, 0 }, { o.count, o.listed, o.at_most })
    assert.is_nil(tostring(o):find("one seed", 1, true))
  end)

  it("has lost cases apart", function()
    local first = plan():draw { seed = "s1" }
    first:withdraw(next(ids(first, "sample")), "unavailable", "file lost")
    local again = plan():draw { seed = "s1" }
    assert.same({ 12, 0, 0, 0, 3, 0, 1, 0, 0 }, (function(f)
      local list = {}
      for row in f:rows() do
        for _, role in ipairs { "sample", "reserve", "lost" } do list[#list + 1] = row[role] end
      end
      return list
    end)(first:overlap(again).roles))
  end)
end)
