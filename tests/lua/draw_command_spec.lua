-- `assay draw`, as it is called: what it writes is what the library writes.

local assay = require "assay"
local check = require "assay.check"
local program = require "program"
local support = require "support"

local folder = support.path "draws"
os.execute("mkdir " .. program.quote(folder))

local rows = {}
for i = 1, 40 do
  rows[i] = ("%04d,Name %d,%s,%s,O%d,%d,%s"):format(i, i, i % 3 == 0 and "F" or "M", i % 4 == 0 and "High" or "Low", i % 7,
    1 + i % 5, i % 7 < 4 and "East" or "West")
end
local list = folder .. "/cases.csv"
local file = assert(io.open(list, "wb"))
file:write("case_id,surname,gender,risk,officer,orders,wing\n", table.concat(rows, "\n"), "\n")
file:close()

local function draw(words) return program.shell(folder, "assay draw cases.csv " .. words) end

--- The answer in JSON, read by the library.
local function answer(words)
  local code, printed, errors = draw(words .. " --json")
  assert.same({ 0, "" }, { code, errors })
  return assay.read_json(support.file("answer.json", printed))
end

--- Whether two folders hold the same bytes, but for what the manifest says of the list's name.
local function same_files(a, b)
  for _, name in ipairs { "sample.csv", "frame.csv" } do
    assert.equal(support.content(a .. "/" .. name), support.content(b .. "/" .. name))
  end
end

local function frame(options)
  options = options or {}
  options.id = "case_id"
  return assay.read(list, options)
end

local n = 0
--- A folder of that number of which nothing is there yet.
local function fresh()
  n = n + 1
  return "s" .. n
end

describe("assay draw", function()
  it("writes the folder that the library writes", function()
    local out, by_hand = fresh(), support.path "by-hand"
    local code, printed, errors = draw("--id case_id --strata gender,risk --size 17 --reserve 20% --seed abc --out " .. out)
    assert.same({ 0, "" }, { code, errors })
    local plan = assay.plan { frame = frame(), strata = { "gender", "risk" }, size = 17, reserve = 0.2 }
    local sample = plan:draw { seed = "abc" }
    sample:write(by_hand)
    same_files(folder .. "/" .. out, by_hand)
    assert.is_true(assay.verify(folder .. "/" .. out, frame()))
    assert.equal(([[
%s

%s

17 cases and 4 reserves drawn by srs under the seed abc
written to %s: `assay verify %s` draws again
]]):format(tostring(plan), tostring(sample:balance { "gender", "risk" }), out, out), printed)
  end)

  it("makes a fresh seed, under which the draw is repeated", function()
    local one, two = fresh(), fresh()
    local code, printed = draw("--id case_id --size 8 --out " .. one)
    assert.equal(0, code)
    local seed = printed:match "8 cases and 0 reserves drawn by srs under the fresh seed (%x+)\n"
    assert.equal(32, #seed)
    local got = answer(("--id case_id --size 8 --seed %s --out %s"):format(seed, two))
    assert.same({ seed, false, two, 8, 0, 40 }, { got.seed, got.seed_is_fresh, got.folder, got.cases, got.reserves,
      got.population })
    same_files(folder .. "/" .. one, folder .. "/" .. two)
    local other = answer("--id case_id --size 8 --out " .. fresh())
    assert.is_true(other.seed_is_fresh)
    assert.not_equal(seed, other.seed)
  end)

  -- words, then what they are for assay.plan and plan:draw
  local cases = {
    { "--confidence 80% --margin 0.05", { confidence = 0.80, margin = 0.05 } },
    { "--confidence 80% --margin 5% --proportion 20%", { confidence = 0.80, margin = 0.05, proportion = 0.2 } },
    { "--strata gender --strata risk --size 20 --allocation equal --minimum 3 --maximum 9",
      { strata = { "gender", "risk" }, size = 20, allocation = "equal", minimum = 3, maximum = 9 } },
    { "--strata gender --allocation F=5 --allocation M=7", { strata = "gender", allocation = { F = 5, M = 7 } } },
    { "--strata gender --size 12 --minimum F=6 --maximum M=8", { strata = "gender", size = 12, minimum = { F = 6 },
      maximum = { M = 8 } } },
    { "--strata gender --size 12 --allocation optimal --sd F=0.5 --sd M=0.2 --cost F=4 --cost M=1",
      { strata = "gender", size = 12, allocation = "optimal", sd = { F = 0.5, M = 0.2 }, cost = { F = 4, M = 1 } } },
    { "--strata gender --size 12 --allocation power --power 0.25",
      { strata = "gender", size = 12, allocation = "power", power = 0.25 } },
    { "--strata gender --size 13 --rounding random", { strata = "gender", size = 13, rounding = "random" } },
    { "--size 12 --cap officer=2", { size = 12, cap = { officer = 2 } } },
    { "--strata gender --size 12 --within risk,officer --rounding round_robin --cap officer=2",
      { strata = "gender", size = 12, within = { "risk", "officer" }, rounding = "round_robin", cap = { officer = 2 } } },
    { "--size 9 --method systematic --sort gender,-orders --serpentine", { size = 9 },
      { method = "systematic", sort = { "gender", "-orders" }, serpentine = true } },
    { "--size 9 --size-measure orders --method sampford", { size = 9, size_measure = "orders" }, { method = "sampford" } },
    { "--stages unit=officer --stages units=2 --stages cases=4 --stages method=sampford --allocation equal",
      { stages = { unit = "officer", units = 2, cases = 4, method = "sampford" }, allocation = "equal" } },
    { "--stages unit=officer,units=2,cases=4,method=sampford --allocation equal",
      { stages = { unit = "officer", units = 2, cases = 4, method = "sampford" }, allocation = "equal" } },
    { "--stages 'unit=officer, units=3, cases=2, method=systematic, sort=wing,-officer, serpentine=true'",
      { stages = { unit = "officer", units = 3, cases = 2, method = "systematic", sort = { "wing", "-officer" },
        serpentine = true } } },
    { "--stages unit=officer --stages units=3 --stages cases=2 --stages method=systematic --stages sort=-officer",
      { stages = { unit = "officer", units = 3, cases = 2, method = "systematic", sort = { "-officer" } } } },
  }
  for _, case in ipairs(cases) do
    it("takes " .. case[1], function()
      local out, options, how = fresh(), { frame = frame(), reserve = 0.1 }, { seed = "t-1" }
      for name, value in pairs(case[2]) do options[name] = value end
      for name, value in pairs(case[3] or {}) do how[name] = value end
      if how.method == "sampford" then options.reserve = nil end
      local code, _, errors = draw(("--id case_id --seed t-1 %s%s --out %s"):format(options.reserve and "--reserve 0.1 " or "",
        case[1], out))
      assert.same({ 0, "" }, { code, errors })
      local by_hand = support.path "by-hand"
      assay.plan(options):draw(how):write(by_hand)
      same_files(folder .. "/" .. out, by_hand)
    end)
  end

  it("keeps a sample apart from those drawn before", function()
    local first, second = fresh(), fresh()
    assert.equal(0, (draw("--id case_id --size 15 --seed a --out " .. first)))
    local code, _, errors = draw(("--id case_id --size 15 --seed b --apart-from %s --out %s"):format(first, second))
    assert.same({ 0, "" }, { code, errors })
    local one, two = assay.open_sample(folder .. "/" .. first), assay.open_sample(folder .. "/" .. second)
    assert.equal(0, one:overlap(two).count)
  end)

  it("has every option of the functions that it calls", function()
    local _, text = program.shell(folder, "assay help draw")
    for _, class in ipairs { "PlanOptions", "DrawOptions" } do
      for _, name in ipairs(check.keys(check.option_classes[class])) do
        if name ~= "frame" then assert.matches("--" .. name:gsub("_", "-"), text, 1, true) end
      end
    end
  end)

  it("reads only the columns that are wanted, and what the draw needs", function()
    local out = fresh()
    local got = answer("--id case_id --columns officer --strata gender --size 6 --private officer --out " .. out)
    assert.same({ "case_id", "gender", "officer", "stratum", "ticket" }, assay.read(folder .. "/" .. out .. "/frame.csv").columns)
    assert.same({ "gender", "gender" }, { got.balance[1].variable, got.balance[2].variable })
    assert.same({ "F", 13, "M" }, { got.strata[1].stratum, got.strata[1].population, got.strata[2].stratum })
    assert.is_true(assay.open_sample(folder .. "/" .. out).plan._about.private.officer)
  end)

  it("says what could not be had, in both answers", function()
    local words = "--id case_id --strata gender --size 36 --reserve 50% --seed n --out "
    local note = assay.plan { frame = frame(), strata = "gender", size = 36, reserve = 0.5 }.shortfall[1]
    assert.is_string(note)
    local _, printed = draw(words .. fresh())
    assert.equal("note: " .. note, printed:match "^[^\n]*")
    assert.equal(note, answer(words .. fresh()).notes[1])
    local capped = answer("--id case_id --size 14 --cap officer=2 --seed n --out " .. fresh())
    assert.is_true(capped.passed_over > 0)
    assert.matches("passed over", capped.notes[#capped.notes])
    assert.equal("estimated", capped.probabilities)
  end)

  it("says what to call next as a shell takes it", function()
    local code, printed = program.shell(folder, [[assay draw cases.csv --id case_id --size 3 --out "one's own"]])
    assert.equal(0, code)
    local command = printed:match "`(.-)` draws again"
    assert.same({ 0, "verified: one's own is what list, plan and seed give\n", "" }, { program.shell(folder, command) })
  end)

  it("leaves what is there, and takes the same sample again", function()
    local words, out = "--id case_id --size 6 --seed one --out ", fresh()
    assert.equal(0, (draw(words .. out)))
    local before = support.content(folder .. "/" .. out .. "/manifest.json")
    assert.equal(0, (draw(words .. out)))
    local code, printed, errors = draw("--id case_id --size 6 --seed two --out " .. out)
    assert.same({ 3, "" }, { code, printed })
    assert.matches(("'%s' exists and holds something else"):format(out), errors)
    assert.equal(before, support.content(folder .. "/" .. out .. "/manifest.json"))
    code = program.shell(folder, "mkdir mine && echo x > mine/notes && assay draw cases.csv --id case_id --size 3 --out mine")
    assert.equal(3, code)
    assert.equal("x\n", support.content(folder .. "/mine/notes"))
  end)

  it("says what was wrong, and leaves no folder", function()
    local wrong = {
      { "--size 5 --out no", 2, "a plan needs the column that names a case: give id" },
      { "--id case_id --size 5", 2, "missing option '%-%-out'" },
      { "--id case_id --out no", 2, "a plan needs size, or confidence and margin" },
      { "--id case_id --size 41 --out no", 2, "a sample of 41 cannot be drawn from 40 cases" },
      { "--id case_id --size five --out no", 2, "%-%-size must be a whole number" },
      { "--id case_id --size 5 --strata gendre --out no", 2, "unknown column 'gendre': did you mean 'gender'" },
      { "--id case_id --size 5 --seed 'a b' --out no", 2, "seed" },
      { "--id case_id --size 5 --method srz --out no", 2, "unknown method 'srz': did you mean 'srs'" },
      { "--id case_id --size 5 --cap officer --out no", 2, "%-%-cap must be COLUMN=N, not 'officer'" },
      { "--id case_id --size 5 --cap officer=1 --cap officer=2 --out no", 2, "%-%-cap has 'officer' twice" },
      { "--id case_id --size 5 --cap officer=6 --cap gender=6 --out no", 2, "cap takes one column" },
      { "--id case_id --size 5 --sort gender --out no", 2, "sort" },
      { "--id case_id --confidence 80 --margin 5% --out no", 2, "80%? write 0.80" },
      { "--id gender --size 5 --out no", 3, "column 'gender' has the value of row 2 in an earlier row too" },
      { "--id case_id --stages unit=officer --stages unit=gender --out no", 2, "%-%-stages has 'unit' twice" },
      { "--id case_id --stages unti=officer --out no", 2, "unknown part of %-%-stages 'unti': did you mean 'unit'" },
      { "--id case_id --stages unit=officer,untis=2 --out no", 2, "unknown part of %-%-stages 'untis': did you mean 'units'" },
      { "--id case_id --stages units=many --out no", 2, "%-%-stages must be a whole number from 0 on, not 'many'" },
      { "--id case_id --stages unit=officer --stages serpentine=no --out no", 2, "serpentine=true, not 'no'" },
      { "--id case_id --stages unit=officer --stages units=3 --stages cases=2 --stages method=systematic "
        .. "--stages sort=-officer --stages serpentine=true --out no", 2, "serpentine turns the direction of the second" },
      { "--id case_id --stages unit=officer --out no", 2, "stages needs 'units'" },
      { "--id case_id --size 5 --seeds x --out no", 2, "unknown option '%-%-seeds'.*did you mean" },
    }
    for _, case in ipairs(wrong) do
      local code, printed, errors = draw(case[1])
      assert.same({ case[1], case[2], "" }, { case[1], code, printed })
      assert.matches(case[3], errors)
      assert.is_false(support.exists(folder .. "/no/manifest.json"))
    end
    assert.equal(3, (program.shell(folder, "assay draw none.csv --id a --size 1 --out no")))
  end)
end)
