-- Menus that open what is gone, and rules and rights of others on our models.
SELECT 'menu ' || (menu.name->>'en_US')
  FROM ir_ui_menu menu
 WHERE menu.action LIKE 'ir.actions.act_window,%'
   AND NOT EXISTS (SELECT 1 FROM ir_act_window WHERE id = split_part(menu.action, ',', 2)::int4)
UNION ALL
SELECT 'rule ' || name FROM ir_rule WHERE name = 'a rule on a field that is gone'
UNION ALL
SELECT 'right ' || name FROM ir_model_access WHERE name = 'everybody does everything'
UNION ALL
SELECT 'view ' || name FROM ir_ui_view WHERE active AND name IN ('vendor.journal.form', 'previous.journal.form')
