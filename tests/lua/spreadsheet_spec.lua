-- spreadsheet_spec.lua: xlsx and ods in scripts; the files are told of in tests/formats/README.md.

local assay = require "assay"
local support = require "support"
local program = require "program"

local root = os.getenv "ASSAY_ROOT" or "."

local function formats(name) return ("%s/tests/formats/%s"):format(root, name) end

local function fails(pattern, f, ...)
  local value, err = assay.try(f, ...)
  assert.is_nil(value)
  assert.matches(pattern, tostring(err))
  return err
end

local function lists(f)
  local all = {}
  for _, name in ipairs(f.columns) do
    local column, values = f:column(name), {}
    for i = 1, #f do values[i] = column[i] == nil and "NA" or column[i] end
    all[name] = values
  end
  return all
end

describe("assay.read of a spreadsheet", function()
  it("gives one frame for one list saved by LibreOffice as csv, xlsx and ods", function()
    local csv = assay.read(formats "cases.csv", { id = "case_id", delimiter = ";" })
    for _, name in ipairs { "cases.xlsx", "cases.ods" } do
      local f = assay.read(formats(name), { id = "case_id" })
      assert.same(csv.columns, f.columns)
      assert.same(lists(csv), lists(f))
      assert.equal("00000000000000000042", f:column "case_id"[4])
      assert.equal(name:match "%w+$", f.source.format)
      assert.equal("Cases", f.source.sheet)
      assert.equal(8, f.source.rows)
    end
  end)

  for _, name in ipairs { "odd.xlsx", "odd.ods" } do
    it("says what it met in " .. name, function()
      local f = assay.read(formats(name), { skip = 1, types = { value = "text" }, columns = { "key", "value" } })
      local about = f.source
      assert.same({ 2, 1, 2, 4, 3, 0, false, "Titles" }, { about.error_cells, about.hidden_rows, about.merged,
        about.first_row, about.sheets, about.empty_rows, about.from_1904, about.sheet })
      assert.equal(1, about.skipped)
      assert.equal("2018-11-05T14:30:00", f:where { key = "moment" }:column "value"[1])
      assert.is_nil(f:where { key = "error" }:column "value"[1])
    end)

    it("finds sheets by name and number in " .. name, function()
      assert.same({ "a", "b" }, assay.read(formats(name), { sheet = "Second & last" }).columns)
      assert.same({ "a" }, assay.read(formats(name), { sheet = 2 }).columns)
      local err = fails("no sheet 'Cases', but 'Titles', 'Secret', 'Second & last'", assay.read, formats(name),
        { sheet = "Cases" })
      assert.equal("sheet", err.argument)
      fails("no sheet 4, but 3", assay.read, formats(name), { sheet = 4 })
      fails("name of one, or its number from 1", assay.read, formats(name), { sheet = 0 })
    end)
  end

  it("refuses what is no spreadsheet, as data", function()
    local text = support.file("list.xlsx", "case_id,age\n1,2\n")
    assert.equal("data", fails("a text file, and no spreadsheet.*format = 'csv'", assay.read, text).kind)
    assert.equal(2, assay.read(text, { format = "csv" }):column "age"[1])
    fails("old .xls", assay.read, support.file("old.xlsx", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"))
    fails("damaged or cut short", assay.read,
      support.file("short.xlsx", support.content(formats "cases.xlsx"):sub(1, 3000)))
    assert.equal("data", fails("zip file", assay.read,
      support.file("list.csv", support.content(formats "cases.xlsx"))).kind)
  end)

  it("names the cell that is wrong", function()
    local err = fails("sheet 'Titles', cell B3: a value, but the header has no name", assay.read, formats "odd.xlsx")
    assert.same({ 3, 2 }, { err.line, err.column })
    fails("column 'n', row 1: '51' is not a date", assay.read, formats "cases.ods", { types = { n = "date" }, columns = { "n" } })
  end)

  it("takes the options that mean something", function()
    local f = assay.read(formats "cases.xlsx", { names = "clean", rename = { n = "number" }, missing = { "", "F" },
      types = { number = "number" }, private = "name", columns = { "number", "gender", "name" } })
    assert.same({ "name", "number", "gender" }, f.columns)
    assert.equal("float", math.type(f:column "number"[1]))
    assert.same({ { from = "n", to = "number" } }, f.source.renamed)
    assert.same({ "M", "M", "M" }, { f:column "gender"[1], f:column "gender"[4], f:column "gender"[7] })
    assert.is_nil(f:column "gender"[2])
    fails("'delimiter' means nothing for a .xlsx file", assay.read, formats "cases.xlsx", { delimiter = ";" })
    fails("unknown decimal ';'", assay.read, formats "cases.xlsx", { decimal = ";" })
  end)

  it("writes dates and decimals as the texts beside them are written", function()
    local f = assay.read(formats "cases.ods", { dates = "dd.mm.yyyy", decimal = "," })
    assert.equal("2018-11-05", f:column "start"[1])
    assert.equal(0.25, f:column "score"[1])
    assert.equal(0.000125, f:column "score"[8])
  end)
end)

describe("assay.scan of a spreadsheet", function()
  it("counts what streams past as the frame does", function()
    for _, name in ipairs { "cases.xlsx", "cases.ods" } do
      local scan = assay.scan(formats(name), { id = "case_id" })
      assert.same(lists(assay.read(formats(name)):count "gender"), lists(scan:count "gender"))
      assert.equal(8, scan.source.rows)
      assert.equal(8, #scan:collect())
    end
    fails("a .sav file cannot be scanned", assay.scan, formats "pspp.sav")
  end)
end)

describe("f:write of a spreadsheet", function()
  local f = assay.frame {
    columns = { "id", "day", "x", "n", "note" }, id = "id",
    rows = { { "007", "2018-11-05", 0.1 + 0.2, 3, "=1+1" }, { "1e5", "1890-01-01", nil, nil, "two\nlines" } },
    types = { day = "date" },
  }
  for _, format in ipairs { "xlsx", "ods" } do
    it("reads back the same from ." .. format, function()
      local path = support.path("back." .. format)
      assert.equal(f, f:write(path, { sheet = "Cases & more" }))
      local back = assay.read(path, { id = "id" })
      assert.equal("Cases & more", back.source.sheet)
      assert.same(f.columns, back.columns)
      assert.equal(0.3, back:column "x"[1]) -- computed: 12 digits
      assert.same({ "2018-11-05", "1890-01-01" }, back:column "day":list())
      assert.same({ "007", "1e5" }, back:column "id":list())
      assert.same({ "=1+1", "two\nlines" }, back:column "note":list())
      assert.is_nil(back:column "n"[2])
      local again = support.path("again." .. format)
      back:write(again, { sheet = "Cases & more" })
      assert.same(lists(back), lists(assay.read(again, { id = "id" })))
    end)
  end

  it("refuses names and options that do not go", function()
    fails("must end in .csv or .json or .ods or .sav or .xlsx", f.write, f, support.path "x.xls")
    fails("'sheet' means nothing for a .csv file", f.write, f, support.path "x.csv", { sheet = "a" })
    local path = support.path "bad.xlsx"
    fails("a sheet cannot be called 'a/b'", f.write, f, path, { sheet = "a/b" })
    assert.is_false(support.exists(path))
  end)
end)

describe("the second module", function()
  it("finds the one core that is there, and its memory", function()
    local folder = program.folder_with [[
      local assay = require "assay"
      local rows = {}
      for i = 1, 30000 do rows[i] = { i, ("text %d "):format(i):rep(20) } end
      assay.frame { columns = { "n", "t" }, rows = rows }:write "big.xlsx"
      rows = nil
      collectgarbage()
      print(#assay.read "big.xlsx")
      local maps = io.open "/proc/self/maps"
      local text = maps and maps:read "a" or ""
      print(maps ~= nil, text:find "formats%.so" ~= nil, text:find "core%.so" ~= nil)
    ]]
    local code, printed, errors = program.shell(folder, "assay run try.lua --trust")
    assert.equal("30000\ntrue\ttrue\tfalse\n", printed, errors)
    assert.equal(0, code)
    local read = program.folder_with [[print(#require "assay".read "big.xlsx")]]
    code, printed = program.shell(read, ("assay run try.lua --data '%s/out/try'"):format(folder))
    assert.same({ 0, "30000\n" }, { code, printed })
    code, printed, errors = program.shell(read, ("assay run try.lua --memory 4 --data '%s/out/try'"):format(folder))
    assert.same({ 125, "" }, { code, printed })
    assert.matches("memory", errors)
  end)

  it("is not loaded where nothing asks for it", function()
    local folder = program.folder_with [[
      require "assay".frame { columns = { "a" }, rows = {} }:write "a.csv"
      print((io.open "/proc/self/maps":read "a"):find "libzip" ~= nil, package.loaded["assay.formats"])
    ]]
    local code, printed = program.shell(folder, "assay run try.lua --trust")
    assert.same({ 0, "false\tnil\n" }, { code, printed })
  end)
end)
