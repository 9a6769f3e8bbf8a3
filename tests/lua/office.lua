-- office.lua: LibreOffice without a screen, for specs: it opens a workbook, says what it sees, and types.

local program = require "program"
local support = require "support"

local office = {}

local quote = program.quote

local HEAD = [[
<?xml version="1.0" encoding="UTF-8"?>
]]

-- `Said` has a line for each sheet and each cell of its first two rows, between tabs. `Typed` is read line by
-- line: sheet, cell, and what is typed there, as from the keyboard. The file is saved as an xlsx.
local MACRO = [[
Sub Main
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  Dim kind(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  kind(0).Name = "FilterName" : kind(0).Value = "Calc MS Excel 2007 XML"
  doc = StarDesktop.loadComponentFromURL(ConvertToURL(Environ("OFFICE_FROM")), "_blank", 0, hidden())
  Tell(doc)
  Fill(doc)
  doc.storeToURL(ConvertToURL(Environ("OFFICE_TO")), kind())
  doc.close(True)
End Sub

Sub Tell(doc)
  Open Environ("OFFICE_SAID") For Output As #1
  For Each sheet In doc.Sheets
    Print #1, "sheet" & Chr(9) & sheet.Name & Chr(9) & sheet.IsVisible
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    For c = 0 To cursor.RangeAddress.EndColumn
      above = sheet.getCellByPosition(c, 0) : cell = sheet.getCellByPosition(c, 1)
      code = doc.NumberFormats.getByKey(cell.NumberFormat).FormatString
      Print #1, above.String & Chr(9) & cell.String & Chr(9) & cell.Type & Chr(9) & code & Chr(9) & _
        cell.Validation.Type & Chr(9) & cell.Validation.getFormula1() & Chr(9) & above.Annotation.String
    Next
  Next
  Close #1
End Sub

Sub Fill(doc)
  Dim where(0) As New com.sun.star.beans.PropertyValue
  Dim what(0) As New com.sun.star.beans.PropertyValue
  Dim line As String
  where(0).Name = "ToPoint" : what(0).Name = "StringName"
  helper = createUnoService("com.sun.star.frame.DispatchHelper")
  Open Environ("OFFICE_TYPED") For Input As #2
  Do While Not Eof(2)
    Line Input #2, line
    If line <> "" Then
      parts = Split(line, Chr(9))
      doc.CurrentController.setActiveSheet(doc.Sheets.getByName(parts(0)))
      where(0).Value = parts(1) : what(0).Value = parts(2)
      helper.executeDispatch(doc.CurrentController.Frame, ".uno:GoToCell", "", 0, where())
      helper.executeDispatch(doc.CurrentController.Frame, ".uno:EnterString", "", 0, what())
    End If
  Loop
  Close #2
End Sub
]]

local function write(path, text)
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
end

local function start(profile, words)
  -- the sanitizers' library is for Lua alone
  return ("env -u LD_PRELOAD timeout 100 soffice --headless --norestore -env:UserInstallation=file://%s %s >/dev/null 2>&1")
    :format(quote(profile), words)
end

local profile

--- A profile with the macro in it. What LibreOffice puts there when it starts for the first time comes first.
local function make_profile()
  if profile then return profile end
  profile = support.path "profile"
  assert(os.execute(start(profile, "--terminate_after_init")), "LibreOffice does not start: is libreoffice-calc installed?")
  local basic = profile .. "/user/basic/Standard/"
  write(basic .. "script.xlb", HEAD .. [[
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false"><library:element library:name="Fill"/></library:library>
]])
  write(basic .. "Fill.xba", HEAD .. [[
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Fill" script:language="StarBasic">
]] .. MACRO:gsub("[&<>]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }) .. "</script:module>\n")
  return profile
end

--- Types into a workbook: a list of { sheet, cell, text }. The path of the file that is saved, and by the name of
--- each sheet { visible =, columns = { name = { cell, type, format, validation, list, note }, ... } } as it was.
function office.fill(path, typed)
  local lines, to, said = {}, support.path "filled.xlsx", support.path "said"
  for i, one in ipairs(typed) do lines[i] = table.concat(one, "\t") end
  local from = support.file("typed", table.concat(lines, "\n") .. "\n")
  make_profile()
  os.execute(("OFFICE_FROM=%s OFFICE_TO=%s OFFICE_SAID=%s OFFICE_TYPED=%s %s"):format(quote(path), quote(to), quote(said),
    quote(from), start(profile, "macro:///Standard.Fill.Main")))
  assert(support.exists(to), "LibreOffice saved nothing")
  local sheets, name = {}, nil
  for line in support.content(said):gmatch "[^\r\n]+" do
    local cells = {}
    for cell in (line .. "\t"):gmatch "([^\t]*)\t" do cells[#cells + 1] = cell end
    if cells[1] == "sheet" then
      name = cells[2]
      sheets[name] = { visible = cells[3] == "True", columns = {} }
    else
      sheets[name].columns[cells[1]] = { cell = cells[2], type = cells[3], format = cells[4], validation = cells[5],
        list = cells[6], note = cells[7] }
    end
  end
  return to, sheets
end

return office
