import { Component, onWillUpdateProps, useState } from "@odoo/owl";

const PALETTE_SIZE = 6;

/** Up to two letters that stand for a bank without a logo: "Banque du Nord" → "BN". */
export function getInitials(name) {
    const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
    const important = words.filter((word) => /^[\p{Lu}\p{Lo}\p{N}]/u.test(word));
    return (important.length ? important : words)
        .slice(0, 2)
        .map((word) => [...word][0])
        .join("")
        .toUpperCase();
}

/** The same bank always gets the same colour. */
export function getColorIndex(name) {
    return (
        ([...name].reduce((hash, char) => (hash * 31 + char.codePointAt(0)) % 9973, 7) %
            PALETTE_SIZE) +
        1
    );
}

export class InstitutionLogo extends Component {
    static template = "account_online_synchronization.InstitutionLogo";
    static props = {
        name: String,
        url: { type: [String, { value: null }, { value: false }], optional: true },
        size: {
            type: String,
            optional: true,
            validate: (size) => ["small", "large"].includes(size),
        },
    };

    setup() {
        this.state = useState({ broken: false });
        onWillUpdateProps((nextProps) => {
            if (nextProps.url !== this.props.url) {
                this.state.broken = false;
            }
        });
    }

    get initials() {
        return getInitials(this.props.name);
    }

    get colorClass() {
        return `o_institution_color_${getColorIndex(this.props.name)}`;
    }
}
