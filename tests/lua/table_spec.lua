-- table_spec.lua: tables as text.

local assay = require "assay"
local support = require "support"

local function lines(value)
  local list = {}
  for line in (tostring(value) .. "\n"):gmatch "(.-)\n" do list[#list + 1] = line end
  return list
end

local function one(...) -- a list of cases with these names
  local rows = {}
  for i, name in ipairs { ... } do rows[i] = { tostring(i), name } end
  return assay.frame { columns = { "id", "name" }, rows = rows, id = "id", types = { name = "text" } }
end

describe("a list of cases", function()
  it("has names, types and values in a box, numbers on the right, and its size below", function()
    local f = assay.frame { columns = { "case_id", "age", "score", "start" }, id = "case_id", rows = {
      { "0007", 31, 1.5, "2018-04-05" }, { "0012", nil, 22.25, nil } } }
    assert.same({
      "┌─────────┬─────────┬────────┬────────────┐",
      "│ case_id │     age │  score │ start      │",
      "│ text    │ integer │ number │ date       │",
      "├─────────┼─────────┼────────┼────────────┤",
      "│ 0007    │      31 │  1.500 │ 2018-04-05 │",
      "│ 0012    │      NA │ 22.250 │ NA         │",
      "└─────────┴─────────┴────────┴────────────┘",
      "2 rows x 4 columns",
    }, lines(f))
  end)

  it("shows ten rows and the last three where that leaves two out at least", function()
    for _, n in ipairs { 0, 1, 13, 14 } do
      assert.equal(n + 6, #lines(support.cases(n)))
      assert.is_nil(tostring(support.cases(n)):find "…")
    end
    for _, n in ipairs { 15, 16, 100 } do
      local text = lines(support.cases(n))
      assert.equal(4 + 10 + 1 + 3 + 2, #text)
      assert.matches("│ 0010 ", text[14], 1, true)
      assert.equal("│ …       │ …        │ …        │       … │", text[15])
      assert.matches(("│ %04d "):format(n - 2), text[16], 1, true)
      assert.equal(n .. " rows x 4 columns", text[20])
    end
    assert.equal("1 row x 4 columns", lines(support.cases(1))[7])
  end)

  it("stays one when its id is left out, if it was read from a file", function()
    local csv = { "a,b" }
    for i = 1, 20 do csv[i + 1] = i .. "," .. i * i end
    local f = assay.read(support.file("squares.csv", table.concat(csv, "\n") .. "\n"))
    assert.equal("20 rows x 1 column", lines(f:select "b")[20])
  end)

  it("hides private columns", function()
    local f = assay.frame { columns = { "id", "name", "age" }, rows = { { "1", "Abel", 30 } }, id = "id", private = "name" }
    assert.equal("│ 1    │ ***  │      30 │", lines(f)[5])
    assert.equal("│ 1    │ ***     │      30 │", lines(f:rename { name = "surname" })[5])
    for _, g in ipairs { f:head(1), f:take { 1 }, f:sort "name", f:where { age = 30 }, f:drop "age", f:append(f),
      f:where(function(row) return row.name end), f:derive("x", function() return 1 end),
      f:join(f:rename { name = "n", age = "a" }, "id"), f:count("name", "age") } do
      assert.is_nil(tostring(g):find "Abel")
    end
  end)

  it("counts columns on the screen, not bytes", function()
    assert.same({ "│ 1    │ Zoë        │", "│ 2    │ Zoe\xCC\x88        │", "│ 3    │ 日本       │", "│ 4    │ 0123456789 │" },
      table.move(lines(one("Zoë", "Zoe\xCC\x88", "日本", "0123456789")), 5, 8, 1, {}))
  end)

  it("cuts long text to 44 columns with dots, wide characters whole", function()
    local text = lines(one(("x"):rep(44), ("x"):rep(45), ("日"):rep(30), ("e\xCC\x88"):rep(50)))
    assert.equal("│ 1    │ " .. ("x"):rep(44) .. " │", text[5])
    assert.equal("│ 2    │ " .. ("x"):rep(43) .. "… │", text[6])
    assert.equal("│ 3    │ " .. ("日"):rep(21) .. "…  │", text[7])
    assert.equal("│ 4    │ " .. ("e\xCC\x88"):rep(43) .. "… │", text[8])
  end)

  it("keeps a line for each row, and what rules a terminal from it", function()
    local f = one("x\r\ny\t", "\27[31mred", "\xC2\x9B2J", "a\xE2\x80\xAEb", "bad \xFF\xE6\x97", "\0", "\127")
    local text = table.concat(lines(f), "\n", 5, 11)
    assert.equal([[
│ 1    │ x\r\ny\t         │
│ 2    │ \x1B[31mred      │
│ 3    │ \u{9B}2J         │
│ 4    │ a\u{202E}b       │
│ 5    │ bad \xFF\xE6\x97 │
│ 6    │ \x00             │
│ 7    │ \x7F             │]], text)
    assert.equal("x\r\ny\t", f:column("name")[1])
    assert.equal("│ id   │    a\\nb │", lines(assay.frame { columns = { "id", "a\nb" }, rows = { { "1", 1 } }, id = "id" })[2])
  end)

  it("of nothing is told in words", function()
    assert.equal("0 rows x 0 columns", tostring(assay.frame { columns = {}, rows = {} }))
  end)
end)

describe("a result", function()
  it("is shown whole, without types", function()
    local counts = support.cases(20):count "age"
    local text = lines(counts)
    assert.equal("│ age │ cases │ share │", text[2])
    assert.equal(20 + 4, #text)
    assert.equal("│  20 │     1 │ 0.050 │", text[5])
  end)

  it("says so when it has no lines", function()
    assert.equal("0 rows x 3 columns", lines(support.cases(0):count "age")[5])
  end)

  it("is cut only where it is very long", function()
    assert.equal(200 + 4, #lines(support.cases(200):count "case_id"))
    local text = lines(support.cases(201):count "case_id")
    assert.equal(14 + 5, #text)
    assert.equal("201 rows x 3 columns", text[#text])
  end)

  it("breaks the notes in its last column between words", function()
    local note = "a note of words, " .. ("and more words "):rep(8)
    local f = assay.frame { columns = { "x", "note" }, rows = { { 1, note }, { 2, ("y"):rep(130) }, { 3, "" } } }
    assert.same({
      "┌───┬──────────────────────────────────────────────────────────────┐",
      "│ x │ note                                                         │",
      "├───┼──────────────────────────────────────────────────────────────┤",
      "│ 1 │ a note of words, and more words and more words and more      │",
      "│   │ words and more words and more words and more words and more  │",
      "│   │ words and more words                                         │",
      "│ 2 │ yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy │",
      "│   │ yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy │",
      "│   │ yyyyyyyyyy                                                   │",
      "│ 3 │                                                              │",
      "└───┴──────────────────────────────────────────────────────────────┘",
    }, lines(f))
    local long = tostring(assay.frame { columns = { "x", "note" }, rows = { { 1, ("z"):rep(3000) } } })
    assert.equal(399, select(2, long:gsub("z", "z")))
  end)

  it("shows numbers with three decimals, and those that have none as they are", function()
    local f = assay.frame { columns = { "x" }, rows = { { 1 / 3 }, { -0.0004 }, { 1e300 }, { -1e300 }, { 123456789.5 } } }
    assert.same({ "│         0.333 │", "│      -4.0e-04 │", "│        1e+300 │", "│       -1e+300 │", "│ 123456789.500 │" },
      table.move(lines(f), 4, 8, 1, {}))
  end)
end)

describe("on a terminal", function()
  -- `script` gives a program a terminal to write to, where the system has any to give
  local has_terminals = os.execute "script -qec true /dev/null </dev/null >/dev/null 2>&1"
  local root, build = os.getenv "ASSAY_ROOT" or ".", os.getenv "ASSAY_BUILD" or "build"

  local function on_terminal(columns, language, code)
    if not has_terminals then pending "no terminal can be made here" end
    local file = support.file("print.lua", "local assay = require 'assay'\n" .. code)
    local command = ("LC_ALL=%s LUA_PATH='%s/lua/?.lua;%s/lua/?/init.lua;;' LUA_CPATH='%s/lua/?.so;;' %s lua5.4 %s")
      :format(language, build, build, build, os.getenv "preload" or "", file)
    local pipe = io.popen(("cd '%s' && script -qec \"stty cols %d; %s\" /dev/null </dev/null"):format(root, columns, command))
    local text = pipe:read("a"):gsub("\r\n", "\n")
    pipe:close()
    return text
  end

  local code = [[
    local f = assay.frame { columns = { "id", "unit", "age", "a rather long name" },
      rows = { { "1", "A", 30, 1 }, { "2", "B", 31, 2 } }, id = "id" }
    print(f)]]

  it("a table is cut to its width, and what is not shown is named", function()
    assert.equal([[
┌──────┬──────┐
│ id   │ unit │
│ text │ text │
├──────┼──────┤
│ 1    │ A    │
│ 2    │ B    │
└──────┴──────┘
not shown: age
(integer), a rather long
name (integer)
2 rows x 4 columns
]], on_terminal(24, "C.UTF-8", code))
    assert.is_nil(on_terminal(60, "C.UTF-8", code):find "not shown")
  end)

  it("that is narrower than a column one is shown", function()
    assert.matches("│ id   │\n", on_terminal(3, "C.UTF-8", code), 1, true)
  end)

  it("that knows no UTF-8 a box is made of ASCII", function()
    assert.matches("+------+------+---------+\n| id   | unit |     age |", on_terminal(30, "C", code), 1, true)
  end)

  it("a text that is not printed stays whole", function()
    local text = on_terminal(20, "C.UTF-8", (code:gsub("print%(f%)", "io.write(tostring(f))")))
    assert.matches("│ a rather long name │", text, 1, true)
  end)
end)
