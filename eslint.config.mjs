import globals from "globals";

export default [
    {
        files: ["**/static/**/*.js"],
        languageOptions: {
            ecmaVersion: 2022,
            sourceType: "module",
            globals: { ...globals.browser, luxon: "readonly" },
        },
        rules: {
            complexity: ["error", 12],
            curly: "error",
            eqeqeq: "error",
            "max-lines-per-function": ["error", { max: 100, skipComments: true }],
            "no-const-assign": "error",
            "no-debugger": "error",
            "no-dupe-class-members": "error",
            "no-dupe-keys": "error",
            "no-empty": "error",
            "no-eval": "error",
            "no-implicit-globals": "error",
            "no-redeclare": "error",
            "no-restricted-globals": ["error", "event", "self"],
            "no-shadow": "error",
            "no-undef": "error",
            "no-unreachable": "error",
            "no-unused-vars": "error",
            "no-use-before-define": ["error", { functions: false, variables: false }],
            "no-useless-catch": "error",
            "no-var": "error",
            "object-shorthand": "error",
            "prefer-const": "error",
        },
    },
];
