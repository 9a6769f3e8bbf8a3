local assay = require "assay"
local support = require "support"
local refusal = support.refusal

describe("a file that is read", function()
  it("has its delimiter found, and says what was found", function()
    local path = support.file("list.csv", "\xEF\xBB\xBFid;age;x\r\n01;20;1\r\n02;30;2\r\n")
    local f = assay.read(path, { id = "id" })
    assert.same({ "id", "age", "x" }, f.columns)
    local found = f.source
    assert.equal(path, found.file)
    assert.equal(";", found.delimiter)
    assert.equal("UTF-8", found.encoding)
    assert.equal("CRLF", found.line_ends)
    assert.is_true(found.byte_order_mark)
    assert.same({ 2, 0, 0, 0 }, { found.rows, found.skipped, found.filled, found.trimmed })
    assert.same({}, found.renamed)
    assert.equal(64, #found.sha256)
  end)

  it("may have one column, whose cells hold what separates elsewhere", function()
    assert.same({ "note" }, assay.read(support.file("one.csv", "note\na;b\nc|d\n")).columns)
  end)

  it("is refused where two delimiters fit, with its header", function()
    local path = support.file("two.csv", "a,b;c\n1,2;3\n")
    local err = refusal(assay.read, path)
    assert.equal("data", err.kind)
    assert.equal(path, err.file)
    assert.matches("a comma and a semicolon both separate .* header 'a,b;c': give delimiter", err.message)
    assert.same({ "a,b", "c" }, assay.read(path, { delimiter = ";" }).columns)
  end)

  it("is no column of whole rows below a title", function()
    local path = support.file("title.csv", "Caseload 2018\n\nid;age\nA;1\n")
    local err = refusal(assay.read, path)
    assert.equal("data", err.kind)
    assert.matches("no delimiter gives every row .* header 'Caseload 2018': give delimiter, or skip", err.message)
    assert.same({ "id", "age" }, assay.read(path, { skip = 2 }).columns)
    assert.equal("A;1", assay.read(path, { delimiter = "," }):column "Caseload 2018"[3])
  end)

  it("says what parts the header where rows may be short", function()
    assert.matches("a comma and a semicolon both separate the fields of the header 'a,b;c': give delimiter",
      refusal(assay.read, support.file("short.csv", "a,b;c\n1\n"), { ragged = "fill" }).message)
  end)

  it("is read in the encoding that is named", function()
    local path = support.file("western.csv", "name\nZo\xEB\n\x80\n")
    local err = refusal(assay.read, path)
    assert.same({ 2, 3 }, { err.line, err.column })
    assert.matches("not UTF%-8", err.message)
    local f = assay.read(path, { encoding = "Windows-1252" })
    assert.same({ "Zo\u{EB}", "\u{20AC}" }, f:column("name"):list())
    assert.equal("windows-1252", f.source.encoding)
    assert.matches("unknown encoding 'windows%-1251': did you mean 'windows%-1252'",
      refusal(assay.read, path, { encoding = "windows-1251" }).message)
  end)

  it("has title lines skipped, names cleaned and changed", function()
    local path = support.file("titled.csv", "Caseload, \"2018\n\nCase ID,Risk of Harm,Case ID,\n1,Low,2,x\n1,Low,3,x\n")
    local f = assay.read(path, { skip = 2, names = "clean", rename = { risk_of_harm = "rosh" }, id = "case_id",
      levels = { rosh = { "Low", "High" } } })
    assert.same({ "case_id", "rosh", "case_id_2", "column" }, f.columns)
    assert.equal("case_id", f.id)
    assert.equal(2, f.source.skipped)
    assert.same({ from = "Risk of Harm", to = "rosh" }, f.source.renamed[2])
    assert.equal(4, #f.source.renamed)
  end)

  it("keeps its ids as they stand there, whatever types says", function()
    local path = support.file("ids.csv", "id,n\n007,1\n")
    local err = refusal(assay.read, path, { id = "id", types = { id = "integer" } })
    assert.same({ "usage", "types" }, { err.kind, err.argument })
    assert.matches("the id column 'id' is text", err.message)
    assert.equal("007", assay.read(path, { id = "id", types = { id = "text", n = "number" } }):column "id"[1])
    assert.matches("the id column 'id' is text", refusal(assay.frame,
      { columns = { "id" }, rows = { { 7 } }, id = "id", types = { id = "integer" } }).message)
  end)

  it("has a column", function()
    local path = support.file("none.csv", "id,n\n007,1\n")
    assert.matches("columns names no column", refusal(assay.read, path, { columns = {} }).message)
    assert.same({ "id" }, assay.read(path, { columns = {}, id = "id" }).columns)
    assert.matches("not read into memory: 1 column$", tostring(assay.scan(support.file("x.csv", "a\n1\n"))))
  end)

  it("is no JSON", function()
    assert.matches("assay.read_json reads it", refusal(assay.read, "no.json").message)
    assert.equal(1, #assay.read(support.file("list.json", "a,b\n1,2\n"), { format = "csv" }))
  end)

  it("names the header's fault and what helps", function()
    local err = refusal(assay.read, support.file("twice.csv", "a,b,a\n1,2,3\n"))
    assert.same({ 1, 5 }, { err.line, err.column })
    assert.matches("'a' stands in the header twice %(columns 1 and 3%): names = \"clean\"", err.message)
    assert.matches("column 2 is without a name: names = \"clean\"",
      refusal(assay.read, support.file("empty.csv", "a,,b\n1,2,3\n")).message)
    assert.matches("there is no column 'c'",
      refusal(assay.read, support.file("a.csv", "a,b\n1,2\n"), { rename = { c = "d" } }).message)
  end)

  it("has short rows filled if that is asked for, and says how many", function()
    local path = support.file("ragged.csv", "a,b,c\n1,2,3\n4\n5,6,7,\n")
    assert.equal(3, refusal(assay.read, path).line)
    local f = assay.read(path, { ragged = "fill" })
    assert.same({ 1, 4, 5 }, f:column("a"):list())
    assert.is_nil(f:column("b")[2])
    assert.same({ 1, 1 }, { f.source.filled, f.source.trimmed })
    assert.equal(4, refusal(assay.read, support.file("long.csv", "a,b\n1\n2,3\n4,5,6\n"), { ragged = "fill" }).line)
  end)

  it("loses nothing to its types", function()
    local text = "a;b;c;d;e;f;g;h\n007;1e5;1/2;12345678901234567890;+5;1,000;1.50;2018-11-05\n" ..
      "008;1e6;3/4;12345678901234567891;+6;2,000;2.25;2018-11-06\n"
    local f = assay.read(support.file("types.csv", text), { delimiter = ";" })
    for _, name in ipairs { "a", "b", "c", "d", "e", "f" } do
      assert.equal("string", type(f:column(name)[1]))
    end
    assert.equal("007", f:column("a")[1])
    assert.equal("12345678901234567891", f:column("d")[2])
    assert.equal(1.5, f:column("g")[1])
    local comma = assay.read(support.file("comma.csv", "x;y\n1,5;1.000\n-2,25;2.000\n"), { decimal = "," })
    assert.same({ 1.5, -2.25 }, comma:column("x"):list())
    assert.equal("1.000", comma:column("y")[1])
    assert.equal(1.5, assay.read(support.file("comma2.csv", "x;y\n1,5;a\n"),
      { decimal = ",", types = { x = "number" } }):column("x")[1])
  end)

  it("is told apart from what only has its name", function()
    for bytes, what in pairs { ["PK\3\4xxxx"] = "%.xlsx", ["\x1F\x8B\8\0"] = "gzip", ["$FL2@(#)"] = "SPSS",
      ["\xFF\xFEa\0"] = "UTF%-16" } do
      local err = refusal(assay.read, support.file("fake.csv", bytes))
      assert.equal("data", err.kind)
      assert.matches(what, err.message)
    end
  end)

  it("is read back with the numbers that were written", function()
    local list = { 1e-05, 0.1 + 0.2, 1 / 3, 1e300, -2.5e-10, 5e-324, 123456789.125 }
    local lines, again = { "x" }, support.path "again.csv"
    for _, x in ipairs(list) do lines[#lines + 1] = (("%.17g"):format(x):gsub(",", ".")) end -- whatever the locale
    local path = support.file("numbers.csv", table.concat(lines, "\n"))
    assay.read(path, { types = { x = "number" } }):write(again)
    assert.same(list, assay.read(again):column("x"):list())
  end)

  it("is written with text that no spreadsheet computes", function()
    local f = assay.frame { columns = { "=name", "x" }, rows = {
      { "=1+1", -5 }, { "+44 20", 1.5 }, { "-", 2 }, { "@a,b", 3 }, { "a=b", 4 }, { "", nil } } }
    local plain, guarded = support.path "plain.csv", support.path "guarded.csv"
    f:write(plain):write(guarded, { guard = true })
    assert.equal("=name,x\n=1+1,-5\n+44 20,1.5\n-,2\n\"@a,b\",3\na=b,4\n,\n", support.content(plain))
    assert.equal("'=name,x\n'=1+1,-5\n'+44 20,1.5\n'-,2\n\"'@a,b\",3\na=b,4\n,\n", support.content(guarded))
  end)
end)

describe("a file that streams past", function()
  local lines = { "id,gender,age,tier,cost" }
  for i = 1, 3000 do
    lines[#lines + 1] = ("%05d,%s,%d,%s,%d"):format(i, i % 3 == 0 and "F" or "M", 18 + i % 90, i % 7 == 0 and "" or
      ("ABC"):sub(i % 3 + 1, i % 3 + 1), i % 5)
  end
  local path = support.file("stream.csv", table.concat(lines, "\n") .. "\n")
  local options = { id = "id", levels = { gender = { "M", "X", "F" } }, private = { "tier" } }

  it("knows its columns before it is read", function()
    local s = assay.scan(path, options)
    assert.same({ "id", "gender", "age", "tier", "cost" }, s.columns)
    assert.equal("id", s.id)
    assert.equal(",", s.source.delimiter)
    assert.matches("not read into memory: 5 columns", tostring(s))
    assert.matches("unknown column 'gendre'", refusal(assay.scan, path, { levels = { gendre = { "F" } } }).message)
    assert.matches("No such file", refusal(assay.scan, "nowhere.csv").message)
  end)

  it("is counted and profiled as its frame is, as often as is asked", function()
    local s, f = assay.scan(path, options), assay.read(path, options)
    assert.equal(tostring(f:count("gender", "tier")), tostring(s:count("gender", "tier")))
    assert.equal(tostring(f:count("age")), tostring(s:count("age")))
    assert.equal(3000, s.source.rows)
    assert.equal(tostring(f:profile { columns = { "gender", "age", "tier" } }),
      tostring(s:profile { columns = { "gender", "age", "tier" } }))
    local by = s:profile { columns = "tier", by = "gender" }
    assert.same({ "gender", "variable", "level", "cases", "share", "missing" }, by.columns)
    assert.same(f:where { gender = "F" }:profile { columns = { "tier" } }:column("cases"):list(),
      by:where { gender = "F" }:column("cases"):list())
    assert.equal("weight", s:count("gender", { weight = "cost" }).columns[4])
    assert.equal(3000, #s:collect())
  end)

  it("says what it cannot do", function()
    local s = assay.scan(path)
    assert.matches("unknown column 'tire': did you mean 'tier'", refusal(s.count, s, "tire").message)
    assert.matches("'columns' is needed", refusal(s.profile, s).message)
    assert.matches("count needs the name", refusal(s.count, s).message)
    local err = refusal(s.count, assay.scan(path, { types = { gender = "integer" } }), "gender")
    assert.equal(path, err.file)
    assert.matches("column 'gender', '[FM]' is not a whole number", err.message)
    assert.matches("'%*%*%*' is not one of", refusal(s.count,
      assay.scan(path, { private = { "tier" }, levels = { tier = { "A" } } }), "tier").message)
  end)

  it("is a frame where a plan wants one", function()
    local p = assay.plan { frame = assay.scan(path, options), size = 60, strata = { "gender" } }
    assert.equal(60, p.size)
  end)
end)
