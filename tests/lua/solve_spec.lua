local assay = require "assay"
local support = require "support"
local refusal = support.refusal

local scale = assay.rating.scale "probation-2018"
local names = { "Inadequate", "Requires improvement", "Good", "Outstanding" }

-- What was printed on Durham Tees Valley: in March 2019 the ratings, in April 2020 these clues.
local before = {
  ["1.1"] = "Outstanding", ["1.2"] = "Good", ["1.3"] = "Good", ["1.4"] = "Good", ["2.1"] = "Requires improvement",
  ["2.2"] = "Inadequate", ["2.3"] = "Inadequate", ["2.4"] = "Inadequate", ["4.1"] = "Good", ["4.2"] = "Requires improvement",
}

local function clues(more)
  local all = { standards = assay.framework "probation-2018", before = before, overall = "Good", improved = 5,
                ratings = { ["1.1"] = "Outstanding" }, count = { Outstanding = 3 } }
  for key, value in pairs(more or {}) do all[key] = value or nil end
  return all
end

describe("scale:solve", function()
  it("finds the 16,940 vectors that fit the clues of April 2020, of 16 to 23 points", function()
    local found = scale:solve(clues())
    assert.same({ 16940, 16, 23 }, { found.count, found.points_min, found.points_max })
    assert.is_nil(found.vectors)
    assert.is_nil(found.conflict)
    local sum = 0
    for row in found.by_points:rows() do
      sum = sum + row.vectors
      assert.equal("Good", row.overall)
    end
    assert.equal(16940, sum)
    for row in found.possible:rows() do
      local of_standard = 0
      for _, name in ipairs(names) do of_standard = of_standard + row[name] end
      assert.equal(16940, of_standard)
      assert.equal(before[row.standard], row.before)
    end
    assert.matches("^16940 rating vectors fit, of 16 to 23 points\n", tostring(found))
    assert.matches("\nmore than 100 are not listed\nassumed, not verified: overall$", tostring(found))
  end)

  it("finds 570, of 18 to 23, if no standard fell", function()
    local found = scale:solve(clues { fell = 0, limit = 570 })
    assert.same({ 570, 18, 23, 570 }, { found.count, found.points_min, found.points_max, #found.vectors })
    local seen = {}
    for row in found.vectors:rows() do -- each fits, and none is there twice
      local vector, points, outstanding, improved = {}, 0, 0, 0
      for i, id in ipairs(found.possible:column("standard"):list()) do
        local value, was
        for b, name in ipairs(names) do
          if row[id] == name then value = b - 1 end
          if before[id] == name then was = b - 1 end
        end
        vector[i], points = value, points + value
        outstanding, improved = outstanding + (value == 3 and 1 or 0), improved + (value > was and 1 or 0)
        assert.is_true(value >= was)
      end
      assert.same({ 3, 5, 3 }, { outstanding, improved, vector[1] })
      assert.is_true(points > 15 and points < 26)
      seen[table.concat(vector)] = true
    end
    local distinct = 0
    for _ in pairs(seen) do distinct = distinct + 1 end
    assert.equal(570, distinct)
  end)

  it("says which clues contradict each other", function()
    local found = scale:solve(clues { points = { min = 26 }, fell = 0 })
    assert.equal(0, found.count)
    assert.same({ "overall: Good", "points: 26 or more" }, found.conflict)
    assert.same({ ["overall: Good"] = 0, ["points: 26 or more"] = 570 }, found.without)
    assert.equal("no rating vector fits: these clues contradict each other\n"
      .. "  overall: Good (without it 0 rating vectors fit)\n  points: 26 or more (without it 570 rating vectors fit)\n"
      .. "assumed, not verified: overall",
      tostring(found))
    assert.is_nil(found.vectors)
    -- 1.1 was the best that there is: nine at the most can improve
    found = scale:solve { standards = assay.framework "probation-2018", before = before, improved = 10 }
    assert.same({ "improved: 10" }, found.conflict)
    found = scale:solve { standards = 3, ratings = { ["2"] = { "Good", "Outstanding" } }, count = { Good = 0, Outstanding = 0 } }
    assert.same({ "standard 2: Good or Outstanding", "Good: 0", "Outstanding: 0" }, found.conflict)
    assert.same({ ["standard 2: Good or Outstanding"] = 8, ["Good: 0"] = 9, ["Outstanding: 0"] = 9 }, found.without)
  end)

  it("lists what fits where it is little", function()
    local found = scale:solve { standards = { "a", "b", "c" }, count = { Outstanding = { min = 2 } }, points = { max = 7 } }
    local rows = {}
    for row in found.vectors:rows() do rows[row.vector] = { row.a, row.b, row.c } end
    local I, R, O = names[1], names[2], names[4]
    assert.same({ { I, O, O }, { R, O, O }, { O, I, O }, { O, R, O }, { O, O, I }, { O, O, R } }, rows)
    assert.same({ "standard", table.unpack(names) }, found.possible.columns)
    assert.matches("^1 rating vector fits, of 9 points\n", tostring(scale:solve { standards = 3, points = 9 }))
    assert.is_nil(scale:solve({ standards = 3, limit = 63 }).vectors)
    assert.equal(64, #scale:solve({ standards = 3, limit = 64 }).vectors)
  end)

  it("leaves out of the whole what does not count", function()
    local youth = assay.framework "youth-2018"
    local ratings = {}
    for _, s in ipairs(youth.standards) do ratings[s.id] = "Good" end
    ratings["4.1"] = nil
    local found = youth.scale:solve { standards = youth, ratings = ratings }
    assert.same({ 4, 24, 24 }, { found.count, found.points_min, found.points_max })
    found = scale:solve { standards = 2, uncounted = "2", overall = { "Good", "Outstanding" } }
    assert.same({ 8, 2, 3 }, { found.count, found.points_min, found.points_max })
    assert.same({ "Good", "Outstanding" }, found.by_points:column("overall"):list())
    assert.equal(16, scale:solve({ standards = 2, uncounted = { "1", "2" } }).count)
    assert.same({ 4, "2" }, { scale:solve({ standards = 2, ratings = { [1] = "Good" } }).count,
      scale:solve({ standards = 2 }).possible:column("standard")[2] })
  end)

  it("has room for 64 bands", function()
    local function with_bands(n)
      local bands = {}
      for i = 1, n do bands[i] = { name = "band " .. i, points = i, from = i - 1 } end
      local value = assay.read_json "data/scales/probation-2018.json"
      value.bands = bands
      return assay.rating.scale(value)
    end
    local fine = with_bands(64)
    assert.same({ 64, 2, 2 }, { fine:solve({ standards = 1 }).count, fine:solve({ standards = 2, points = 3 }).count,
      fine:solve({ standards = 2, count = { ["band 64"] = 1, ["band 1"] = 1 } }).count })
    assert.matches("more than 64 bands", refusal(fine.solve, with_bands(65), { standards = 1 }).message)
  end)

  it("names what is mistyped, missing or out of range", function()
    local cases = {
      { { overal = "Good" }, "unknown option 'overal': did you mean 'overall'%?" },
      { { overall = "Goood" }, "unknown rating 'Goood': did you mean 'Good'%?" },
      { { overall = 3 }, "overall must be a list of text, not 3" },
      { { ratings = { ["1.9"] = "Good" } }, "unknown standard '1%.9': did you mean" },
      { { ratings = { ["1.1"] = "Gut" } }, "unknown rating 'Gut'" },
      { { ratings = { ["1.1"] = 3 } }, "ratings must be a list of text, not 3" },
      { { count = { outstanding = 3 } }, "unknown rating 'outstanding': did you mean 'Outstanding'%?" },
      { { count = { Outstanding = -1 } }, "count must be a count from 0 on, not %-1" },
      { { count = { Outstanding = { least = 3 } } }, "unknown option 'least'" },
      { { points = { min = 5, max = 4 } }, "points: min is 5, and max only 4" },
      { { points = "19" }, "points must be a count from 0 on, not '19'" },
      { { before = { ["1.1"] = "Excellent" } }, "unknown rating 'Excellent'" },
      { { before = { ["7"] = "Good" } }, "unknown standard '7'" },
      { { limit = 100001 }, "limit must be at most 100000, not 100001" },
      { { before = false }, "'improved' needs the ratings before" },
      { { before = {}, improved = false, fell = 0 }, "'fell' needs the ratings before" },
      { { uncounted = "9" }, "unknown standard '9'" },
      { { standards = false }, "'standards' is needed: their ids" },
      { { ratings = { ["1.1"] = {} } }, "ratings names no rating" },
      { { overall = {} }, "overall names no rating" },
      { { standards = 2, ratings = {}, before = { [1] = "Good", ["1"] = "Outstanding" } }, "before has standard '1' twice" },
      { { standards = 0 }, "clues need 1 to 1000 standards" },
      { { standards = 1001 }, "clues need 1 to 1000 standards" },
      { { standards = 2.5 }, "standards must be a count" },
      { { standards = {} }, "clues need 1 to 1000 standards" },
      { { standards = { "a", "a" } }, "standard 'a' is given twice" },
    }
    for _, case in ipairs(cases) do
      assert.matches(case[2], refusal(scale.solve, scale, clues(case[1])).message)
    end
    local err = refusal(scale.solve, scale, { standards = 1, uncounted = "1", points = 3 })
    assert.equal("usage", err.kind)
    assert.matches("a clue to the whole, to which no standard counts", err.message)
    err = refusal(scale.solve, scale, { standards = 40 })
    assert.equal("usage", err.kind)
    assert.matches("more rating vectors than can be counted", err.message)
  end)
end)
