local assay = require "assay"
local support = require "support"
local reference = require "reference"
local refusal = support.refusal

local scale = assay.rating.scale "probation-2018"

--- The shipped scale with some keys changed.
local function changed(keys)
  local copy = assay.read_json "data/scales/probation-2018.json"
  for key, value in pairs(keys) do copy[key] = value end
  return copy
end

describe("rating.scale", function()
  it("finds the shipped scale by name", function()
    assert.equal("HM Inspectorate of Probation, ratings from 2018", scale.title)
    assert.equal("probation-2018", scale.id)
    assert.same({ "Inadequate", 0, 0 }, { scale.bands[1].name, scale.bands[1].points, scale.bands[1].from })
    assert.equal(4, #scale.bands)
  end)

  it("knows which rules are assumptions, and prints them", function()
    assert.equal(9, #scale.rules)
    local ids = {}
    for i, rule in ipairs(scale.assumptions) do ids[i] = rule.id end
    assert.same({ "bands", "rounding", "lowest", "discretion_when", "overall" }, ids)
    assert.matches("assumed, not verified:\n  bands: A key question is Inadequate", tostring(scale))
    assert.matches("Good: 65 to under 80 per cent, 2 points", tostring(scale))
  end)

  it("takes a table, and a file by its path", function()
    local other = changed { title = "another" }
    assert.equal("another", assay.rating.scale(other).title)
    local path = support.path "scale.json"
    assay.write_json(path, other)
    assert.equal("another", assay.rating.scale(path).title)
    assert.equal(scale, assay.rating.scale(scale))
  end)

  it("rounds otherwise where that is asked for, and has it among its rules", function()
    local exact = assay.rating.scale("probation-2018", { rounding = "none" })
    assert.equal("Inadequate", (exact:band { x = 99, relevant = 200 }))
    assert.equal("Requires improvement", (scale:band { x = 99, relevant = 200 }))
    local last = exact.rules[#exact.rules]
    assert.same({ "rounding", "The band is that of the share as it is, not rounded.", false },
      { last.id, last.text, last.verified })
    assert.equal(#scale.rules, #exact.rules)
    local back = assay.rating.scale(exact, { rounding = "half_up" })
    assert.equal("Requires improvement", (back:band { x = 99, relevant = 200 }))
    assert.equal(scale, assay.rating.scale(scale, { rounding = "half_up" }))
    assert.matches("did you mean 'half_up'%?", refusal(assay.rating.scale, scale, { rounding = "half_ip" }).message)
  end)

  it("has those of other programmes, whose rules say where points lie", function()
    local names = { "Inadequate", "Requires improvement", "Good", "Outstanding" }
    -- as published guidance and results have them: the last points of each rating but the highest
    local last = {
      ["probation-2018"] = { [10] = { 5, 15, 25 } }, ["probation-pdu-2021"] = { [9] = { 4, 13, 22 } },
      ["probation-pdu-2023"] = { [7] = { 3, 10, 17 } }, ["youth-2018"] = { [12] = { 6, 18, 30 }, [8] = { 4, 12, 20 } },
    }
    for id, sizes in pairs(last) do
      local one = assay.rating.scale(id)
      local text
      for _, rule in ipairs(one.rules) do text = rule.id == "overall" and rule.text or text end
      for n, ends in pairs(sizes) do
        local band = 1
        for points = 0, 3 * n do
          if ends[band] and points > ends[band] then band = band + 1 end
          local overall = one:overall { points = points, standards = n }
          assert.same({ names[band], points, 3 * n }, { overall.rating, overall.points, overall.maximum })
        end
        assert.matches(("0-%d, %d-%d, %d-%d and %d-%d"):format(ends[1], ends[1] + 1, ends[2], ends[2] + 1, ends[3],
          ends[3] + 1, 3 * n), text, 1, true)
      end
    end
  end)

  it("names what is shipped where there is no such scale", function()
    assert.matches("unknown rating scale 'probaton%-2018': did you mean 'probation%-2018'%?",
      refusal(assay.rating.scale, "probaton-2018").message)
    assert.matches("unknown rating scale 'x': known are probation%-2018",
      refusal(assay.rating.scale, "x").message)
  end)

  it("names the key that is wrong, and the file that it is in", function()
    assert.matches("'standart' in a rating scale is not a key known here",
      refusal(assay.rating.scale, changed { standart = "lowest" }).message)
    local path = support.path "broken.json"
    assay.write_json(path, changed { rounding = "down" })
    local err = refusal(assay.rating.scale, path)
    assert.equal("data", err.kind)
    assert.equal(path, err.file)
    assert.matches("'rounding' in a rating scale names no rule", err.message)
    assert.matches("a scale is a name", refusal(assay.rating.scale, 5).message)
    local rules = {}
    for i = 1, 1001 do rules[i] = { id = "rule " .. i, text = "a", source = "b", verified = true } end
    assert.matches("'rules' in a rating scale must hold at most 1000",
      refusal(assay.rating.scale, changed { rules = rules }).message)
    rules[1001] = nil
    assert.equal(1000, #assay.rating.scale(changed { rules = rules }).rules)
    assert.matches("the value at title: a function", refusal(assay.rating.scale, changed { title = print }).message)
  end)
end)

describe("scale:band", function()
  it("has the cut points of the scale", function()
    local want = {
      [0] = "Inadequate", [49] = "Inadequate", [50] = "Requires improvement", [64] = "Requires improvement",
      [65] = "Good", [79] = "Good", [80] = "Outstanding", [100] = "Outstanding", [1] = "Inadequate",
    }
    for percent, name in pairs(want) do assert.equal(name, (scale:band(percent))) end
    assert.same({ "Requires improvement", 1 }, { scale:band(63) })
  end)

  it("rounds a share by the scale's own rule", function()
    assert.equal("Requires improvement", (scale:band { x = 99, relevant = 200 })) -- 49.5
    assert.equal("Inadequate", (scale:band { x = 98, relevant = 199 }))           -- 49.2
    local exact = assay.rating.scale(changed { rounding = "none" })
    assert.equal("Inadequate", (exact:band { x = 99, relevant = 200 }))
  end)

  it("refuses shares, fractions of a per cent, and no cases", function()
    local cases = {
      { 0.63, "0%.63%? write per cents here: 63" },
      { 63.5, "63%.5 is not: give its counts" },
      { 101, "from 0 to 100" },
      { -1, "from 0 to 100" },
      { "63", "a per cent must be a number, not '63'" },
      { { x = 0, relevant = 0 }, "without a relevant case there is no band" },
      { { x = 3, relevant = 2 }, "x is 3, but there are only 2 relevant cases" },
      { { x = 3 }, "relevant must be a count" },
    }
    for _, case in ipairs(cases) do
      assert.matches(case[2], refusal(scale.band, scale, case[1]).message)
    end
  end)

  it("says that it is called with a colon", function()
    assert.matches("write scale:band%(%.%.%.%), with a colon", refusal(scale.band, 63).message)
  end)
end)

describe("scale:standard", function()
  it("takes the lowest of its key questions", function()
    local standard = scale:standard { 63, 57, 47 }
    assert.same({ "Inadequate", 0, 3, 3 },
      { standard.rating, standard.points, standard.driver, standard.to_next_points })
    assert.equal("Requires improvement", standard.next_rating)
    assert.is_nil(standard.to_next_cases)
    assert.is_true(standard.discretion_possible)
    assert.same({ "near_edge" }, standard.reasons)
    assert.is_nil(standard.note)
  end)

  it("counts the cases to the next band where it has counts", function()
    local standard = scale:standard { { x = 14, relevant = 23 }, { x = 19, relevant = 23 },
                                      { x = 17, relevant = 23 }, { x = 16, relevant = 23 } }
    assert.equal("Requires improvement", standard.rating)
    assert.equal(1, standard.to_next_cases)
    assert.same({ "near_edge", "few_cases" }, standard.reasons)
    assert.matches("to Good: 4 percentage points, 1 case", tostring(standard))
    assert.matches("assumed, not verified: bands", tostring(standard))
  end)

  it("takes the rows of a frame", function()
    local frame = assay.frame { columns = { "question", "x", "relevant" },
                                rows = { { "a", 12, 24 }, { "b", 6, 24 } }, types = { question = "text" } }
    local standard = scale:standard(frame)
    assert.same({ "Inadequate", 2, "b" }, { standard.rating, standard.driver, standard.driver_name })
  end)

  it("is lifted by discretion that says why", function()
    local standard = scale:standard({ 63, 57, 47 }, {
      discretion = { rating = "Requires improvement", why = "wider evidence" },
    })
    assert.same({ "Requires improvement", 1, "Inadequate" },
      { standard.rating, standard.points, standard.by_percentages })
    assert.equal("by discretion, Inadequate by percentages: wider evidence", standard.note)
    assert.equal("wider evidence", standard.discretion.why)
  end)

  it("says in words where discretion goes beyond the scale's reasons", function()
    local note = scale:standard({ { x = 72, relevant = 100 } }, {
      discretion = { rating = "Inadequate", why = "an incident" },
    }).note
    assert.matches("moves the rating by 2 bands", note)
    assert.matches("none of the scale's reasons for discretion is present", note)
    assert.matches("^by discretion, Good by percentages: an incident;", note)
  end)

  it("says what it left out, and where rounding decides", function()
    local standard = scale:standard { { x = 0, relevant = 0 }, { x = 99, relevant = 200 } }
    assert.equal(2, standard.driver)
    assert.equal(1, standard.left_out)
    assert.matches("1 question has no relevant case and is left out", standard.note)
    assert.matches("how question 2 is rounded decides its band", standard.note)
    assert.matches("2 questions have no relevant case and are left out",
      scale:standard { { x = 0, relevant = 0 }, { x = 0, relevant = 0 }, 70 }.note)
  end)

  it("refuses discretion without a reason, and a band that there is not", function()
    local function with(discretion)
      return refusal(scale.standard, scale, { 47 }, { discretion = discretion }).message
    end
    assert.matches("a discretion needs 'why'", with { rating = "Good" })
    assert.matches("a discretion needs 'why'", with { rating = "Good", why = "  " })
    assert.matches("'rating' is needed", with { why = "wider evidence" })
    assert.matches("unknown rating 'Require improvement': did you mean 'Requires improvement'%?",
      with { rating = "Require improvement", why = "x" })
    assert.matches("unknown option 'reason'", with { rating = "Good", reason = "x" })
    assert.matches("unknown option 'discreton'",
      refusal(scale.standard, scale, { 47 }, { discreton = {} }).message)
  end)

  it("refuses an empty list, and questions without a relevant case", function()
    assert.matches("at least one question", refusal(scale.standard, scale, {}).message)
    assert.matches("the questions must be a list: it has gaps", refusal(scale.standard, scale, { 63, nil, 47 }).message)
    local err = refusal(scale.standard, scale, { { x = 0, relevant = 0 } })
    assert.equal("data", err.kind)
    assert.matches("no key question has a relevant case", err.message)
  end)
end)

describe("scale:overall", function()
  it("adds up the ten ratings of Durham Tees Valley to 13: Requires improvement", function()
    local overall = scale:overall { "Outstanding", "Good", "Good", "Good", "Requires improvement",
      "Inadequate", "Inadequate", "Inadequate", "Good", "Requires improvement" }
    assert.same({ "Requires improvement", 13, 30 }, { overall.rating, overall.points, overall.maximum })
    assert.equal("Requires improvement (13 of 30 points)\nassumed, not verified: overall", tostring(overall))
    assert.same({ "overall" }, overall.assumed)
    assert.is_nil(overall.missing)
  end)

  it("gives the printed rating of 80 youth inspections", function()
    local names = { "Inadequate", "Requires improvement", "Good", "Outstanding" }
    local rows = reference.rows("youth_inspections.csv", function(row) return row.rating ~= nil end)
    assert.is_true(#rows >= 80)
    for _, row in ipairs(rows) do
      local ratings, left = {}, tonumber(row.points)
      for i = 1, tonumber(row.standards) do
        local points = math.min(3, left)
        left = left - points
        ratings[i] = names[math.tointeger(points) + 1]
      end
      assert.equal(row.rating, scale:overall(ratings).rating, row.id)
    end
  end)

  it("takes points that are added up already", function()
    assert.matches("points that 1 to 100000 standards of this scale cannot have",
      refusal(scale.overall, scale, { points = 31, standards = 10 }).message)
    assert.matches("points must be a count", refusal(scale.overall, scale, { points = -1, standards = 10 }).message)
    assert.matches("standards must be a count from 1", refusal(scale.overall, scale, { points = 0, standards = 0 }).message)
    assert.matches("'standards' is needed", refusal(scale.overall, scale, { points = 13 }).message)
    assert.matches("unknown option 'standard'", refusal(scale.overall, scale, { points = 13, standard = 10 }).message)
  end)

  it("takes the results of standards", function()
    assert.equal(3, scale:overall { scale:standard { 85 }, "Inadequate" }.points)
  end)

  it("names the rating that is mistyped", function()
    assert.matches("unknown rating 'outstandin': did you mean 'Outstanding'%?",
      refusal(scale.overall, scale, { "outstandin" }).message)
    assert.matches("at least one rating", refusal(scale.overall, scale, {}).message)
    assert.matches("a rating must be one of Inadequate", refusal(scale.overall, scale, { 3 }).message)
  end)
end)

describe("scale", function()
  it("names the nearest field or method", function()
    assert.matches("unknown field or method of Scale 'standrad': did you mean 'standard'%?",
      refusal(function() return scale.standrad end).message)
  end)
end)
