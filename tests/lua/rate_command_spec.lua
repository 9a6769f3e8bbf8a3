-- `assay rate`, as it is called.

local assay = require "assay"
local program = require "program"
local support = require "support"

--- `before` is shell text.
local function call(words, before)
  local folder = support.path "command"
  os.execute("mkdir " .. program.quote(folder))
  local code, printed, errors = program.shell(folder, (before or "") .. "assay rate " .. words)
  os.execute("rm -r " .. program.quote(folder))
  return code, printed, errors
end

local function answer(words, before)
  local code, printed, errors = call(words .. " --json", before)
  assert.same({ 0, "" }, { code, errors })
  return assay.read_json(support.file("answer.json", printed))
end

local scale = assay.rating.scale "probation-2018"

describe("assay rate", function()
  it("prints what scale:standard says, and by which scale", function()
    local by = "by HM Inspectorate of Probation, ratings from 2018 (probation-2018)\n"
    local same = {
      ["63 57 47"] = scale:standard { 63, 57, 47 },
      ["--scale probation-2018 63% 57% 47%"] = scale:standard { 63, 57, 47 },
      ["61 83 74 70 --discretion Good --why 'wider evidence'"] =
        scale:standard({ 61, 83, 74, 70 }, { discretion = { rating = "Good", why = "wider evidence" } }),
      ["14/23 19/23 17/23 16/23"] = scale:standard {
        { question = "14/23", x = 14, relevant = 23 }, { x = 19, relevant = 23 }, { x = 17, relevant = 23 },
        { x = 16, relevant = 23 } },
    }
    for words, found in next, same do
      assert.same({ 0, by .. tostring(found) .. "\n", "" }, { call(words) })
    end
  end)

  it("says in JSON what holds the rating, and how far the next is", function()
    -- as printed of Durham Tees Valley in March 2019: 61, 83, 74 and 70 per cent of 23
    local got = answer "14/23 19/23 17/23 16/23"
    assert.same({ "Requires improvement", 1, 1, "Good", 4, 1, true, { "near_edge", "few_cases" } },
      { got.rating, got.points, got.driver, got.next_rating, got.to_next_points, got.to_next_cases, got.discretion_possible,
        got.reasons })
    got = answer "63 57 47 --discretion 'Requires improvement' --why x"
    assert.same({ "Requires improvement", "Inadequate", 3, { rating = "Requires improvement", why = "x" } },
      { got.rating, got.by_percentages, got.driver, got.discretion })
    assert.is_nil(got.to_next_cases)
    assert.same({ "63", "57", "47" }, got.asked)
  end)

  it("takes other scales, and rounds as it is told", function()
    assert.equal("Requires improvement", answer("99/200").rating)
    assert.equal("Inadequate", answer("99/200 --rounding none").rating)
    assert.equal("youth-2018", answer("63 --scale youth-2018").scale)
    local shipped = support.content((os.getenv "ASSAY_ROOT" or ".") .. "/data/scales/probation-2018.json")
    local mine = shipped:gsub('"probation%-2018"', '"mine"', 1):gsub('"from": 50', '"from": 40', 1)
    local got = answer("45 --scale mine.json", ("cat >mine.json <<'END'\n%s\nEND\n"):format(mine))
    assert.same({ "mine", "Requires improvement" }, { got.scale, got.rating })
  end)

  it("says what is wrong with its words", function()
    local cases = {
      ["0.63"] = "0.63? write 63", ["101"] = "from 0 to 100, as printed, or counts such as 14/23, not '101'",
      ["0.5%"] = "not '0.5%'", ["63.5"] = "not '63.5'",
      ["abc"] = "PERCENT must be a number, not 'abc'", [""] = "missing argument",
      ["5/3"] = "x is 5, but there are only 3 relevant cases", ["-- -5"] = "not '-5'",
      ["2147483648/2147483648"] = "more relevant cases than 2147483647",
      ["63 --scale probation-2019"] = "did you mean 'probation-2018'?", ["63 --why x"] = "--why goes with --discretion",
      ["63 --discretion Good"] = "a discretion needs 'why'", ["63 --rounding half"] = "unknown rounding 'half'",
      ["63 --discretion Godo --why x"] = "did you mean 'Good'?", ["63 --skale x"] = "unknown option '--skale'",
    }
    for words, message in next, cases do
      local code, printed, errors = call(words)
      assert.same({ 2, "" }, { code, printed }, words)
      assert.is_truthy(errors:find(message, 1, true), errors)
    end
    local code, _, errors = call "63 --scale none.json"
    assert.equal(3, code)
    assert.matches("none.json", errors, 1, true)
    code, _, errors = call "0/0"
    assert.equal(3, code)
    assert.matches("no key question has a relevant case", errors)
  end)
end)
