-- stages_spec.lua: units first, then cases within them: plans, samples, and the folders that prove them.

local assay = require "assay"
local support = require "support"
local refusal = support.refusal

-- Offices: region, cases.
local offices = { { "Bray", "N", 9 }, { "Cole", "N", 4 }, { "Dent", "N", 7 }, { "Elm", "S", 12 }, { "Fell", "S", 3 },
  { "Gorse", "S", 8 }, { "Holt", "S", 5 }, { "Ingle", "S", 6 } }

--- 54 cases, office by office in turns; `change` is given the rows.
local function list(change)
  local rows, left, n = {}, {}, 0
  for i, office in ipairs(offices) do left[i] = office[3] end
  repeat
    local before = n
    for i, office in ipairs(offices) do
      if left[i] > 0 then
        left[i], n = left[i] - 1, n + 1
        rows[n] = { ("%03d"):format(n * 7), office[1], office[2], i % 2 == 0 and "town" or "country", n % 3 }
      end
    end
  until n == before
  if change then change(rows) end
  return assay.frame { columns = { "id", "office", "region", "area", "visits" }, rows = rows, id = "id" }
end

--- A plan of 4 offices and 5 cases of each; `more` adds to it, or to its stages.
local function plan_of(own, more)
  local options = { frame = list(), strata = "region", reserve = 0.2, stages = { unit = "office", units = 4, cases = 5 } }
  for name, value in pairs(own or {}) do options.stages[name] = value end
  for name, value in pairs(more or {}) do options[name] = value end
  return assay.plan(options)
end

local function units_by_stratum(plan)
  return plan.strata:column "sample_units":list()
end

--- The cells of a column by the value of another, of the rows whose role is "sample".
local function drawn_by_unit(sample)
  local by, n = {}, 0
  for row in sample.cases:rows() do
    if row.role == "sample" then
      by[row.office] = by[row.office] or {}
      table.insert(by[row.office], row)
      n = n + 1
    end
  end
  return by, n
end

local function sha256(text)
  local path = support.path "ticket"
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
  local pipe = assert(io.popen(("sha256sum < '%s'"):format(path)))
  local digest = pipe:read "a":match "^%x+"
  pipe:close()
  return digest
end

describe("a plan in two stages", function()
  it("shares the units out over the strata by their numbers", function()
    assert.same({ 2, 2 }, units_by_stratum(plan_of())) -- 4 3/8 and 4 5/8: 1.5, 2.5; at least 2 each
    assert.same({ 2, 3 }, units_by_stratum(plan_of { units = 5 }))
    assert.same({ 3, 3 }, units_by_stratum(plan_of({ units = 6 }, { allocation = "equal" })))
    assert.same({ 1, 3 }, units_by_stratum(plan_of({ units = 4 }, { minimum = 1, maximum = { N = 1 } })))
  end)

  it("shares them out by their cases where probabilities are in proportion to these", function()
    -- N has 3 units of 20 cases, S now 5 of 68: 5 20/88 = 1.14, 5 68/88 = 3.86
    local frame = list(function(rows)
      for i = 1, 34 do rows[#rows + 1] = { "more " .. i, "Elm", "S", "town", 1 } end
    end)
    for _, method in ipairs { "pps_systematic", "pareto" } do
      assert.same({ 1, 4 }, units_by_stratum(plan_of({ units = 5, method = method }, { frame = frame, minimum = 1 })))
    end
    assert.same({ 2, 3 }, units_by_stratum(plan_of({ units = 5, method = "systematic" }, { frame = frame, minimum = 1 })))
  end)

  it("takes the units of each stratum by its label", function()
    local plan = plan_of { units = { N = 3, S = 1 } }
    assert.same({ 3, 1 }, units_by_stratum(plan))
    assert.equal("by stratum", plan.allocation)
    assert.matches("stratum 'S' gets 1 of its 5 units: 1 unit has no variance", table.concat(plan.shortfall, "\n"), 1, true)
  end)

  it("expects as many cases as its units hold on average", function()
    local plan = plan_of()
    -- N: 2/3 (5 + 4 + 5); S: 2/5 (5 + 3 + 5 + 5 + 5)
    assert.is_true(math.abs(plan.size - (28 / 3 + 46 / 5)) < 1e-12)
    assert.is_true(math.abs(plan.strata:column "sample"[1] - 28 / 3) < 1e-12)
    assert.is_true(math.abs(plan.strata:column "reserve"[2] - 2 / 5 * 3) < 1e-12)
    local whole = plan_of { cases = 3 }
    assert.equal(12, whole.size)
    assert.equal("integer", math.type(whole.size))
    assert.same({ unit = "office", method = "srs", units = 8, drawn = 4, cases = 3, reserve = 1, sort = {},
      serpentine = false }, whole.stages)
    assert.is_nil(assay.plan { frame = list(), size = 4 }.stages)
  end)

  it("says which units hold too few cases, leave too few reserves, or are certain", function()
    assert.same({
      "stratum 'N': 1 of 3 units is certain to be drawn, because it holds so many cases",
      "stratum 'N': 1 of 3 units holds fewer than 5 cases (4): all are taken where it is drawn",
      "stratum 'N': 2 of 3 units leave fewer than 3 reserves",
      "stratum 'S': 1 of 5 units holds fewer than 5 cases (3): all are taken where it is drawn",
      "stratum 'S': 3 of 5 units leave fewer than 3 reserves",
    }, plan_of({ method = "chromy", units = { N = 2, S = 2 } }, { reserve = 0.5, frame = list(function(rows)
      for i = 1, 4 do rows[#rows + 1] = { "more " .. i, "Bray", "N", "country", 1 } end
    end) }).shortfall)
    local raised = plan_of({ units = 5 }, { strata = "area", minimum = { town = 3 } })
    assert.matches("stratum 'town' gets 3 of its 4 units where its share is 2: the minimum raises it",
      raised.shortfall[1], 1, true)
  end)

  it("is printed with both stages", function()
    local text = tostring(plan_of { cases = 3, method = "chromy", sort = { "area", "-office" }, serpentine = true })
    assert.matches("a sample of 4 of 8 units ('office') by chromy, in the order of area, -office, serpentine, of each 3 cases: "
      .. "12 of 54 cases, allocation proportional", text, 1, true)
    assert.matches("│ stratum │ region │ units │ sample_units │ population │ sample │ reserve │ probability │", text, 1, true)
    assert.matches("of each 5 cases: 18.5 of 54 cases on average", tostring(plan_of()), 1, true)
  end)

  it("refuses what cannot be, in words", function()
    local cases = {
      { { cases = 0 }, nil, "cases of stages must be at least 1: how many cases of each unit are drawn" },
      { { cases = 1 << 31 }, nil, "cases of stages must be below 2^31, as many cases as a list can have: 2147483648" },
      { { units = 0 }, nil, "units of stages must be at least 1: how many units are drawn" },
      { { units = { N = 0, S = 0 } }, nil, "units of stages must be at least 1 in all" },
      { { units = 9 }, nil, "9 units cannot be drawn from 8" },
      { { units = { N = 4, S = 1 } }, nil, "stratum 'N' holds 3 units: 4 cannot be drawn from it" },
      { { units = { N = 1 } }, nil, "units names no number for stratum 'S'" },
      { { units = { N = 1, S = 1, W = 1 } }, nil, "unknown stratum in units 'W'" },
      { { units = 2.5 }, nil, "units must be a count from 0 on, not 2.5" },
      { { units = 3 }, nil, "2 strata need 4 units at 2 in each, because 1 unit has no variance; the sample has 3: "
        .. "give minimum = 1, or fewer strata" },
      { {}, { maximum = 1 }, "maximum" },
      { {}, { minimum = 3 }, "the minimums of the strata add up to 6 units, the sample has 4" },
      { {}, { minimum = { N = 4 } }, "minimum of stratum 'N' is 4, but it holds 3 units" },
      { { unit = "ofice" }, nil, "unknown column 'ofice': did you mean 'office'?" },
      { { case = 5 }, nil, "unknown option 'case': did you mean 'cases'?" },
      { { method = "pps" }, nil, "unknown method 'pps'" },
      { { sort = {} }, nil, "sort names no column" },
      { { sort = "area" }, nil, "the order of cases means nothing to method 'srs'" },
      { { sort = "visits", method = "systematic" }, nil, "has more than one 'visits'" },
      { { sort = "are", method = "systematic" }, nil, "unknown column 'are': did you mean 'area'?" },
      { { method = "systematic", serpentine = true }, nil, "serpentine turns the direction" },
      { { unit = "id" }, nil, "row 1: the case has the id that is a unit's name in 'id', and both would have one ticket" },
      { {}, { size = 20 }, "'size' does not go with stages: how many cases there are follows from the units drawn" },
      { {}, { confidence = 0.8, margin = 0.1 }, "'margin' does not go with stages: cases of one unit are alike" },
      { {}, { proportion = 0.5 }, "'proportion' does not go with stages" },
      { {}, { within = "area" }, "'within' does not go with stages" },
      { {}, { cap = { office = 2 } }, "'cap' does not go with stages" },
      { {}, { size_measure = "visits" }, "'size_measure' does not go with stages, where the size of a unit is the number of" },
      { {}, { rounding = "random" }, "rounding = \"random\" does not go with stages" },
      { {}, { rounding = "round_robin" }, "rounding = \"round_robin\" does not go with stages" },
      { {}, { allocation = { N = 5, S = 5 } }, "give the units of each stratum as units = { [label] = n }" },
      { { units = { N = 1, S = 1 } }, { allocation = "equal" }, "'allocation' does not go with units by stratum" },
      { { units = { N = 1, S = 1 } }, { minimum = 1 }, "'minimum' does not go with sizes by stratum" },
    }
    for _, case in ipairs(cases) do
      assert.matches(case[3], refusal(plan_of, case[1], case[2]).message, 1, true)
    end
    assert.matches("stages must be a table such as { unit = \"office\", units = 4, cases = 10 }",
      refusal(plan_of, nil, { stages = 4 }).message, 1, true)
    assert.matches("'unit' is needed", refusal(plan_of, nil, { stages = { units = 4, cases = 5 } }).message, 1, true)
    assert.matches("stages needs 'units'", refusal(plan_of, nil, { stages = { unit = "office", cases = 5 } }).message, 1, true)
    assert.matches("stages needs 'cases'", refusal(plan_of, nil, { stages = { unit = "office", units = 4 } }).message, 1, true)
  end)

  it("names the unit that lies in two strata, unless it is private", function()
    local function bad(rows) rows[10][3] = "W" end
    assert.matches("unit 'Cole' lies in two strata, 'N' (row 2) and 'W' (row 10): a unit lies in one stratum whole",
      refusal(plan_of, nil, { frame = list(bad) }).message, 1, true)
    local path = support.path "cases.csv"
    list(bad):write(path)
    local err = refusal(plan_of, nil, { frame = assay.read(path, { id = "id", private = "office" }) })
    assert.matches("cases.csv: unit '***' lies in two strata", err.message, 1, true)
    assert.equal(10, err.row)
    assert.is_nil(err.message:find("Cole", 1, true))
  end)

  it("refuses a case without a unit by its row", function()
    for _, name in ipairs { false, "" } do
      local err = refusal(plan_of, nil, { frame = list(function(rows) rows[7][2] = name or nil end) })
      assert.matches("row 7 has no 'office': a case without it belongs to no unit", err.message, 1, true)
      assert.equal(7, err.row)
    end
  end)
end)

describe("a sample in two stages", function()
  it("has of each unit drawn the smallest tickets, and the next as its reserves", function()
    local sample = plan_of():draw { seed = "s-1" }
    local all = {}
    for row in sample.plan:draw { seed = "s-1" }.cases:rows() do all[row.id] = row end
    local tickets = {}
    for row in list():rows() do
      tickets[row.office] = tickets[row.office] or {}
      table.insert(tickets[row.office], { sha256("prn-1|s-1|" .. row.id), row.id })
    end
    local seen = 0
    for unit in sample.units:rows() do
      table.sort(tickets[unit.unit], function(a, b) return a[1] < b[1] end)
      assert.equal(#tickets[unit.unit], unit.cases)
      assert.equal(math.min(5, unit.cases), unit.sample)
      assert.equal(math.min(1, unit.cases - unit.sample), unit.reserve)
      assert.equal(sha256("prn-1|s-1|" .. unit.unit), unit.ticket)
      for rank = 1, unit.sample + unit.reserve do
        local row = all[tickets[unit.unit][rank][2]]
        assert.equal(rank, row.rank)
        assert.equal(rank <= unit.sample and "sample" or "reserve", row.role)
        assert.equal(unit.probability, row.unit_probability)
        local p = unit.probability * unit.sample / unit.cases
        assert.is_true(rank > unit.sample and row.probability == nil or math.abs(row.probability - p) < 1e-15)
        assert.is_true(rank > unit.sample and row.weight == nil or math.abs(row.weight * p - 1) < 1e-15)
        seen = seen + 1
      end
    end
    assert.equal(seen, #sample.cases)
  end)

  it("has the units of the smallest tickets by srs", function()
    local sample, by_region = plan_of():draw { seed = "s-2" }, { N = {}, S = {} }
    for _, office in ipairs(offices) do
      table.insert(by_region[office[2]], { sha256("prn-1|s-2|" .. office[1]), office[1] })
    end
    local want = {}
    for _, region in ipairs { "N", "S" } do
      table.sort(by_region[region], function(a, b) return a[1] < b[1] end)
      for i = 1, 2 do want[#want + 1] = by_region[region][i][2] end
    end
    assert.same(want, sample.units:column "unit":list())
  end)

  it("has the same probability for all cases of a stratum by size", function()
    for _, method in ipairs { "sampford", "pps_systematic", "chromy", "pivotal" } do
      local sample = plan_of { method = method, cases = 3 }:draw { seed = "s" }
      for row in sample.cases:rows() do
        if row.role == "sample" then
          assert.is_true(math.abs(row.probability - 2 * 3 / (row.region == "N" and 20 or 34)) < 1e-15, method)
        end
      end
      assert.equal(method, sample.method)
      assert.equal("exact", sample.probabilities)
    end
    assert.equal("approximate", plan_of { method = "pareto" }:draw { seed = "s" }.probabilities)
  end)

  it("says what the units drawn could not give", function()
    local sample = plan_of { units = { N = 3, S = 5 } }:draw { seed = "s" }
    local _, n = drawn_by_unit(sample)
    assert.equal(37, n)
    assert.equal("2 of 8 units drawn hold fewer than 5 cases ('Cole' 4, 'Fell' 3): 37 cases are drawn, not 40",
      sample.shortfall[1])
    assert.equal("3 of 8 units drawn leave fewer than 1 reserve ('Cole' 0, 'Holt' 0, 'Fell' 0)",
      (sample.shortfall[2]:gsub("'Cole' 0, 'Fell' 0, 'Holt' 0", "'Cole' 0, 'Holt' 0, 'Fell' 0")))
    assert.equal(2, #sample.shortfall)
    assert.same({}, plan_of({ cases = 3 }, { reserve = 0 }):draw { seed = "s" }.shortfall)
  end)

  it("says how many units chance has drawn", function()
    local plan, sizes = plan_of { method = "bernoulli" }, {}
    for i = 1, 20 do
      local sample = plan:draw { seed = "b" .. i }
      sizes[#sample.units] = true
      assert.equal(#sample.units ~= 4, tostring(sample.shortfall[1]):find("the number of units that bernoulli draws is random: "
        .. #sample.units .. " w", 1, true) ~= nil)
    end
    local n = 0
    for _ in pairs(sizes) do n = n + 1 end
    assert.is_true(n > 2)
  end)

  it("says of which strata chance has drawn no unit", function()
    local plan, none = plan_of { method = "poisson" }, 0
    for i = 1, 60 do
      local sample, has = plan:draw { seed = "p" .. i }, {}
      for unit in sample.units:rows() do has[unit.stratum] = true end
      for _, region in ipairs { "N", "S" } do
        local said = table.concat(sample.shortfall, "\n"):find(
          ("stratum '%s' gives no unit where 2 were expected: the sample says nothing of it"):format(region), 1, true)
        assert.equal(not has[region], said ~= nil)
        none = none + (said and 1 or 0)
      end
    end
    assert.is_true(none > 0)
  end)

  it("hides units that are private", function()
    local path = support.path "private.csv"
    list():write(path)
    local sample = plan_of({ units = 8 }, { frame = assay.read(path, { id = "id", private = "office" }) }):draw { seed = "s" }
    assert.matches("('***' 4, '***' 3)", sample.shortfall[1], 1, true)
    assert.is_nil(tostring(sample):find("Cole", 1, true))
    assert.is_nil(tostring(sample.plan):find("Cole", 1, true))
    local folder = support.path "hidden"
    sample:write(folder)
    assert.is_nil(tostring(assay.open_sample(folder)):find("Cole", 1, true))
  end)

  it("is printed with its units", function()
    local text = tostring(plan_of { method = "sampford" }:draw { seed = "s" })
    assert.matches("cases of 4 units drawn by sampford of units (prn-1) under the seed s", text, 1, true)
    assert.matches("│ unit ", text, 1, true)
    assert.matches("20 cases of 4 units drawn by prn-1 under the seed", tostring(plan_of({ units = { N = 2, S = 2 } }, {
      frame = list(function(rows)
        for i = 1, 4 do rows[#rows + 1] = { "more " .. i, i % 2 == 0 and "Cole" or "Fell", i % 2 == 0 and "N" or "S",
          i % 2 == 0 and "town" or "country", 1 } end
      end) }):draw { seed = "s" }), 1, true)
  end)

  it("leaves method and order to the plan", function()
    for name, value in pairs { method = "srs", sort = "area", serpentine = true } do
      assert.matches(("'%s' of a draw does not go with stages, which have their own: stages = { %s = }"):format(name, name),
        refusal(plan_of().draw, plan_of(), { seed = "s", [name] = value }).message, 1, true)
    end
  end)

  it("is not taken by a test of representativity", function()
    local sample = plan_of():draw { seed = "s" }
    assert.matches("this one was drawn in two stages", refusal(sample.representativity, sample, "area").message, 1, true)
    assert.equal(2, #sample:balance "area")
  end)

  --- A survey of the sample, whose cases say yes where visits is 1 or more; not the `lost`.
  local function survey_of(sample, lost)
    local rows = {}
    for row in sample.cases:rows() do
      if row.role == "sample" and not (lost or {})[row.id] then
        rows[#rows + 1] = { row.id, row.visits > 0 and "Yes" or "No" }
      end
    end
    return assay.survey { answers = assay.frame { columns = { "id", "q" }, rows = rows, id = "id" }, sample = sample,
      values = { yes = "Yes", no = "No" }, confidence = 0.8 }
  end

  --- Share and standard error by the formulas of two stages, written out; of[unit] has cases of the unit, its stratum
  --- and its probability, and part[stratum] the factor of its squares between units or nil: 1 - probability.
  local function by_hand(sample)
    local units, by, all, yes = {}, drawn_by_unit(sample), 0, 0
    for unit in sample.units:rows() do
      unit.rows = by[unit.unit]
      units[#units + 1] = unit
      for _, row in ipairs(unit.rows) do
        all, yes = all + row.weight, yes + (row.visits > 0 and row.weight or 0)
      end
    end
    local share, v = yes / all, 0
    for _, region in ipairs { "N", "S" } do
      local n, parts, mean, squares = 0, 0, 0, 0
      for _, unit in ipairs(units) do
        if unit.stratum == region then
          unit.total, unit.squares = 0, 0
          for _, row in ipairs(unit.rows) do
            row.u = row.weight * ((row.visits > 0 and 1 or 0) - share) / all
            unit.total = unit.total + row.u
          end
          local m = #unit.rows
          for _, row in ipairs(unit.rows) do unit.squares = unit.squares + (row.u - unit.total / m) ^ 2 end
          if unit.cases > m then v = v + unit.probability * (1 - m / unit.cases) * m / (m - 1) * unit.squares end
          n, parts, mean = n + 1, parts + 1 - unit.probability, mean + (1 - unit.probability) * unit.total
        end
      end
      for _, unit in ipairs(units) do
        if unit.stratum == region then
          squares = squares + (1 - unit.probability) * (unit.total - mean / parts) ^ 2
        end
      end
      v = v + n / (n - 1) * squares
    end
    return share, math.sqrt(v), #units - 2
  end

  it("has estimates by the formulas of two stages", function()
    for _, method in ipairs { "srs", "sampford" } do
      local sample = plan_of { method = method }:draw { seed = "s" }
      local survey = survey_of(sample)
      local p, share, se, df = survey:proportion "q", by_hand(sample)
      assert.is_true(math.abs(p.estimate - share) < 1e-14 and math.abs(p.se - se) < 1e-12 * se, method)
      assert.equal(df, p.df)
      assert.equal("korn_graubard", p.method)
      assert.matches(("^%%d+ of 54 cases in two stages: 4 of 8 units %%('office'%%) by %s in 2 strata, then up to 5 cases "
        .. "of each\n"):format(method), tostring(survey))
      assert.equal(method == "sampford", table.concat(p.flags, "; "):find "unequal probabilities: approximate variance" ~= nil)
    end
  end)

  it("keeps to its weights where cases are lost", function()
    local sample, id = plan_of({ units = { N = 2, S = 2 } }):draw { seed = "s" }, nil
    for row in sample.cases:rows() do
      if row.role == "sample" then id = row.id end
    end
    sample:withdraw(id, "unavailable", "gone")
    local survey = survey_of(sample, { [id] = true })
    local share, se = by_hand(sample)
    local p = survey:proportion "q"
    assert.is_true(math.abs(p.estimate - share) < 1e-14 and math.abs(p.se - se) < 1e-12 * se)
    assert.equal(1, p.lost)
  end)

  it("says nothing of a unit all of whose cases are lost", function()
    local sample, lost = plan_of({ units = { N = 2, S = 2 } }):draw { seed = "s" }, {}
    local unit = sample.units:column("unit")[1]
    for row in sample.cases:rows() do
      if row.role == "sample" and row.office == unit then lost[row.id] = true end
    end
    for id in pairs(lost) do sample:withdraw(id, "unavailable", "gone") end
    assert.matches(("all cases drawn from unit '%s' are unavailable: nothing can be said of it"):format(unit),
      refusal(survey_of, sample, lost).message, 1, true)
  end)

  it("has no units in one stage", function()
    assert.is_nil(assay.plan { frame = list(), size = 5 }:draw { seed = "s" }.units)
    assert.matches("did you mean 'units'", refusal(function() return plan_of():draw { seed = "s" }.unit end).message, 1, true)
  end)
end)

local function edit(path, from, to)
  local text = support.content(path)
  local changed, n = text:gsub(from, to, 1)
  assert(n == 1, "there is nothing to edit: " .. from)
  local file = assert(io.open(path, "w"))
  file:write(changed)
  file:close()
end

--- Gives an edited manifest the digest that its bytes have, as a forger would.
local function sign(path)
  edit(path, '"digest": "%x+"', '"digest": "' .. ("0"):rep(64) .. '"')
  edit(path, '"digest": "0+"', '"digest": "' .. sha256(support.content(path)) .. '"')
end

describe("the folder of a sample in two stages", function()
  it("proves itself, opens, and is written again as it was", function()
    for i, own in ipairs { {}, { method = "pareto" }, { method = "poisson" }, { units = { N = 0, S = 2 } },
      { method = "chromy", sort = { "area", "-office" }, serpentine = true } } do
      local folder, again = support.path("folder" .. i), support.path("again" .. i)
      local sample = plan_of(own):draw { seed = "s" }
      sample:write(folder)
      assert.is_true(assay.verify(folder))
      assert.is_true(assay.verify(folder, list()))
      local opened = assay.open_sample(folder)
      assert.equal(tostring(sample), tostring(opened))
      assert.equal(tostring(sample.plan), tostring(opened.plan))
      assert.equal(sample.plan.size, opened.plan.size)
      assert.same(sample.plan.stages, opened.plan.stages)
      opened:write(again)
      for _, file in ipairs { "frame.csv", "sample.csv", "manifest.json" } do
        assert.equal(support.content(folder .. "/" .. file), support.content(again .. "/" .. file))
      end
    end
  end)

  it("is found out when its manifest was edited, even with a digest of its own", function()
    local edits = {
      { '"cases": 5', '"cases": 4', "not those of its stages" },
      { '"cases": 5', '"cases": 0', "no case is to be drawn from the units" },
      { '"cases": 5', '"cases": "5"', "'cases' is missing or wrong" },
      { '"cases": 5', '"cases": -5', "'cases' is missing or wrong" },
      { '"reserve": 1,\n    "sort"', '"reserve": 2,\n    "sort"', "not those of its stages" },
      { '"unit": "office"', '"unit": "area"', "not those of its stages|lies in two strata" },
      { '"unit": "office"', '"unit": "offices"', "'unit' is missing or wrong" },
      { '"unit": "office"', '"unit": "id"', "both would have one ticket" },
      { '"method": "chromy"', '"method": "pps_systematic"', "column|rows where list" },
      { '"method": "chromy"', '"method": "srs"', "means nothing to method 'srs'" },
      { '"method": "chromy"', '"method": "lottery"', "'method' is missing or wrong" },
      { '"column": "area"', '"column": "visits"', "has more than one 'visits'" },
      { '"descending": true', '"descending": false', "column|rows where list" },
      { '"sample_units": %d', '"sample_units": 1', "not those of its stages" },
      { '"sample_units": %d', '"sample_units": 9', "cannot be drawn from it" },
      { '"sample_units": %d', '"sample_units": null', "'sample_units' is missing or wrong" },
      { '"units": 3', '"units": 4', "not those of its stages" },
      { '"sample": [%d.]+', '"sample": 9.25', "not those of its stages" },
      { '"size": [%d.]+', '"size": 19', "population or size in the manifest" },
      { '"drawn": %d+', '"drawn": 99', "'drawn' in the manifest is not what" },
      { '\n  "drawn": %d+,', '', "'drawn' in the manifest is not what" },
      { '"stages": %b{}', '"stages": 7', "'unit' is missing or wrong" },
      { '\n  "stages": %b{},', '', "'sample' is missing or wrong|'reserve' is missing or wrong" },
      { '\n  "strata"', '\n  "method": "pareto",\n  "strata"', "the plan has stages" },
      { '\n  "strata"', '\n  "within": ["area"],\n  "strata"', "'within' is missing or wrong" },
      { '\n  "strata"', '\n  "cap": {"column": "area", "most": 3},\n  "strata"', "'cap' is missing or wrong" },
      { '\n  "strata"', '\n  "rounding": "random",\n  "strata"', "'rounding' is missing or wrong" },
      { '\n  "strata"', '\n  "size_measure": "visits",\n  "strata"', "'size_measure' is missing or wrong" },
    }
    for _, e in ipairs(edits) do
      local folder = support.path "edited"
      plan_of { method = "chromy", sort = { "area", "-office" } }:draw { seed = "s" }:write(folder)
      edit(folder .. "/manifest.json", e[1], e[2])
      for _, signed in ipairs { false, true } do
        if signed then sign(folder .. "/manifest.json") end
        local same, differences = assay.verify(folder)
        assert.is_false(same, e[2])
        local found = false
        for pattern in e[3]:gmatch "[^|]+" do found = found or tostring(differences):find(pattern, 1, true) end
        assert.is_truthy(found, ("%s: %s"):format(e[2], tostring(differences)))
        assert.matches("edited after it was drawn", refusal(assay.open_sample, folder).message)
      end
      os.execute(("rm -r '%s'"):format(folder))
    end
  end)

  it("is found out when a case was moved to another unit", function()
    local folder = support.path "moved"
    plan_of():draw { seed = "s" }:write(folder)
    edit(folder .. "/frame.csv", ",Bray,", ",Dent,")
    local same, differences = assay.verify(folder)
    assert.is_false(same)
    assert.matches("frame.csv is not the file that the manifest describes", tostring(differences), 1, true)
  end)
end)

describe("a folder of release 0.1 in two stages", function()
  it("is drawn as it was then, and written as it was", function()
    local folder, again = "tests/contracts/prn-1-0.1-stages", support.path "contract"
    assert.is_true(assay.verify(folder))
    local sample = assay.open_sample(folder)
    assert.equal("pps_systematic", sample.method)
    sample:write(again)
    for _, file in ipairs { "frame.csv", "sample.csv", "manifest.json" } do
      assert.equal(support.content(folder .. "/" .. file), support.content(again .. "/" .. file))
    end
  end)
end)
